/** A form-encoded body, as text. Only routes with `READS_FORMS` receive one. */
export class FormBody {
  constructor(readonly text: string) {}
}

/** For `@RouteConfig`: this route accepts `application/x-www-form-urlencoded`; all others answer it with 415. */
export const READS_FORMS = { readsForms: true };
