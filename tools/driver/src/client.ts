import { createHmac } from 'node:crypto';

/** The tokens of every system that is driven are made here. */
const SECRET = 'the secret of the benchmarks and faults, which is long enough';

/** What every system lets its clients do: no rate limit, and any lead in one update. */
export const SETTINGS = { JWT_SECRET: SECRET, RATE_LIMIT_WRITES: '0', RATE_LIMIT_READS: '0', MAX_SCORE_INCREMENT: '1000000000000', LOG_LEVEL: 'warn' };

/** Longer than any answer may take: what is not answered by then hangs. */
export const GIVE_UP_MS = 10_000;

const base64 = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const HEADER = base64({ alg: 'HS256', typ: 'JWT' });
const EXPIRES = Math.floor(Date.now() / 1_000) + 2 * 86_400;

/** A bearer token for two days, by default of a player who may raise one score. Made by hand: a load of a million players makes one for each request. */
export function token(sub: string, scope = 'scores:write'): string {
  const signed = `${HEADER}.${base64({ sub, scope, exp: EXPIRES })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

/** The body is that of an answer in JSON. */
type Answer = Readonly<{ status: number; body?: unknown }>;

async function ask(url: string, request: RequestInit): Promise<Answer> {
  const response = await fetch(url, request);
  const text = await response.text();
  return { status: response.status, body: /^[[{]/.test(text) ? JSON.parse(text) : undefined };
}

/** Posts an update once; `update` is the body, or its JSON. Throws where there is no answer. */
export const postUpdate = (api: string, bearer: string, update: object | string, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Answer> =>
  ask(`${api}/api/scores/update`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'authorization': `Bearer ${bearer}`, ...headers },
    body: typeof update === 'string' ? update : JSON.stringify(update),
    signal,
  });

/** The status is 0 where there is no answer; never throws. */
export const get = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  ask(url, { headers, signal: AbortSignal.timeout(GIVE_UP_MS) }).catch(() => ({ status: 0 }));
