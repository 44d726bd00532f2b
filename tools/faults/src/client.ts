import { sign } from 'jsonwebtoken';
import type { Entry, Outcome } from './history';

export const SECRET = 'the secret of the fault bench, which is long enough';

/** Longer than any answer may take: what is not answered by then hangs. */
const GIVE_UP_MS = 10_000;

const tokens = new Map<string, string>();

/** Bearer token of a user who may raise his own score. */
export function tokenOf(subject: string): string {
  if (!tokens.has(subject)) tokens.set(subject, sign({ sub: subject, scope: 'scores:write' }, SECRET, { expiresIn: '1d' }));
  return tokens.get(subject)!;
}

/** Sends an update once; never throws. `headers` and `body` win over what the entry says. */
export async function post(api: string, entry: Entry, headers: Record<string, string> = {}, body?: string): Promise<Outcome> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const response = await fetch(`${api}/api/scores/update`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'authorization': `Bearer ${tokenOf(entry.subject)}`,
        ...(entry.key === undefined ? {} : { 'idempotency-key': entry.key }),
        ...headers,
      },
      body: body ?? JSON.stringify({ userId: entry.userId, scoreIncrement: entry.scoreIncrement }),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
    const answer = (await response.json()) as { commandId?: string; outcome?: 'refused' | 'unknown' };
    return { status: response.status, ms: took(), commandId: answer.commandId, fate: fateOf(response.status, answer.outcome) };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    // Nobody listened, so nothing was sent; in any other case it may have arrived.
    return { status: 0, ms: took(), fate: cause?.code === 'ECONNREFUSED' ? 'refused' : 'unknown', error: cause?.code ?? message };
  }
}

function fateOf(status: number, outcome?: 'refused' | 'unknown'): Outcome['fate'] {
  if (status === 201) return 'ok';
  if (status === 503) return outcome ?? 'unknown';
  return status < 500 ? 'refused' : 'unknown';
}

/** The answer's status, 0 for none, and its body where it is JSON; never throws. */
export async function get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body?: unknown }> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(GIVE_UP_MS) });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('[') || text.startsWith('{') ? JSON.parse(text) : undefined };
  } catch {
    return { status: 0 };
  }
}
