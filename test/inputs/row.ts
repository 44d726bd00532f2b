import { exchange, type RawAnswer, type Writer } from './raw-http';
import { token } from './tokens';

/** One bad input and its exact answer. The ids are those of docs/evidence/bad-inputs.md. */
export interface Row {
  readonly id: string;
  readonly what: string;
  readonly send: Sent;
  readonly answer: Expected;
}

/** A request in parts (default: a valid update by ann with her token), raw bytes, or a function that writes them at its own pace. */
export type Sent = Request | string | Buffer | Writer;

export interface Request {
  readonly method?: string;
  readonly path?: string;
  /** Added to the default headers; undefined removes a default. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string | Buffer;
}

export interface Expected {
  readonly status: number;
  /** The code of the refusal; undefined for a plain status. */
  readonly code?: string;
  readonly detail?: string | RegExp;
  /** Paths of the invalid fields. */
  readonly errors?: readonly string[];
  /** Exact values; undefined for a header that must be absent. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export const UPDATE = '/api/scores/update';
export const GOOD_BODY = '{"userId":"ann","scoreIncrement":1}';
export const invalid = (more: Partial<Expected> = {}): Expected => ({ status: 400, code: 'invalid-request', ...more });

/** Builds a complete request with `Connection: close`. */
export function request({ method = 'POST', path = UPDATE, headers = {}, body }: Request): Buffer {
  const content = Buffer.from(body ?? (method === 'POST' ? GOOD_BODY : ''));
  const all = {
    'Host': 'scoreboard.example',
    'Connection': 'close',
    'Authorization': `Bearer ${token()}`,
    ...(method === 'POST' ? { 'Content-Type': 'application/json' } : {}),
    ...(content.length || method === 'POST' ? { 'Content-Length': `${content.length}` } : {}),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, values]) => [values ?? []].flat().map((value) => `${name}: ${value}`));
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}

export const send = (url: string, sent: Sent): Promise<RawAnswer[]> =>
  exchange(url, typeof sent === 'object' && !Buffer.isBuffer(sent) ? request(sent) : sent);

/** Asserts that an answer matches its row, and that errors have the common format. */
export function judge(answer: RawAnswer, { status, code, detail, errors, headers = {} }: Expected): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.headers['x-request-id']).toMatch(/^[\da-f]{32}$/);
  for (const [name, value] of Object.entries(headers)) expect({ [name]: answer.headers[name.toLowerCase()] }).toEqual({ [name]: value });
  if (status < 400) return;
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(?:; charset=utf-8)?$/);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  const body = JSON.parse(answer.body) as { detail?: string; errors?: { path: string }[] };
  expect(body).toMatchObject({ type: code ? `urn:scoreboard:problem:${code}` : 'about:blank', title: expect.any(String), status });
  if (detail) expect(body.detail).toMatch(detail);
  if (errors) expect(new Set(body.errors?.map(({ path }) => path))).toEqual(new Set(errors));
}
