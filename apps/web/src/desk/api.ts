const ANSWER_MS = 30_000;

/** The server refused a request, or did not answer. `message` says why, for the operator. */
export class RequestError extends Error {
  constructor(
    message: string,
    /** 0 without an answer: then nobody knows whether the request had an effect. */
    readonly status = 0,
  ) {
    super(message);
  }
}

/** A request that changes something. */
export interface Change {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Holds the operator's token; implemented by `Session`. */
export interface TokenHolder {
  /** Resolves with a token that has not expired. Rejects if the operator does not sign in. */
  token(): Promise<string>;
  /** The server refused this token. */
  end(token: string): void;
}

/** Calls the REST API with the operator's token. */
export class Api {
  constructor(private readonly session: TokenHolder) {}

  /** Reads. If the token has expired, asks for another one and reads again. */
  async get<T>(path: string): Promise<T> {
    for (;;) {
      const token = await this.session.token();
      const response = await send('GET', path, token);
      if (response.status !== 401) return (await answerOf(response)) as T;
      this.session.end(token);
    }
  }

  /** Undefined if the server answers 404. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Changes something, or previews that. Never repeated by itself: another operator may have signed in meanwhile. Calls `onAnswer` with every answer. */
  async change<T>({ method, path, body }: Change, onAnswer?: () => void): Promise<T> {
    const token = await this.session.token();
    const response = await send(method, path, token, body);
    onAnswer?.();
    if (response.status !== 401) return (await answerOf(response)) as T;
    this.session.end(token);
    throw new RequestError('Nothing was changed: the token has expired. Sign in and confirm again.', 401);
  }
}

/** Asks the server whether the token is valid and has the scope. Undefined if it does, otherwise why not. */
export async function problemOf(token: string): Promise<string | undefined> {
  try {
    await answerOf(await send('GET', '/api/moderation/hidden?limit=1', token));
    return undefined;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

async function send(method: string, path: string, token: string, body?: unknown): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) };
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    return await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal, credentials: 'omit', cache: 'no-store' });
  } catch {
    throw new RequestError(method === 'GET' ? 'The server did not answer. Try again.' : 'The server did not answer, so this may have happened or not. Confirming again is safe.');
  }
}

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : undefined;
  throw new RequestError(reasonFor(response, text), response.status);
}

function reasonFor({ status, headers }: Response, text: string): string {
  const { title, detail, errors } = problemIn(text);
  const seconds = headers.get('Retry-After');
  const when = seconds ? ` Try again in ${seconds} s.` : '';
  const mistakes = (errors ?? []).map(({ path, message }) => `${path} ${message}.`).join(' ');
  return `${mistakes || detail || `${title ?? `The server answered with status ${status}`}.`}${when}`;
}

/** A proxy in front of the server may answer with something other than JSON. */
function problemIn(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}
