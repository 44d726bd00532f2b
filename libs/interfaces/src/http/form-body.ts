/** A form-encoded body, as text; only a route with `READS_FORMS` gets one. */
export class FormBody {
  constructor(readonly text: string) {}
}

/** For `@RouteConfig`: this route takes `application/x-www-form-urlencoded`, which all others answer with 415. */
export const READS_FORMS = { readsForms: true };
