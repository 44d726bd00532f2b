import { parseAddress } from './address.ts';
import { backoff, pause, somewhenIn } from './backoff.ts';
import { ClaimError } from './claim-error.ts';
import { reasonOf } from './network-failure.ts';
import { type Problem, wordsOf } from './submit-error.ts';
import type { TokenSource } from './token-source.ts';

/** What moved from the guest to the player. */
export interface ClaimedPoints {
  /** The player. */
  readonly userId: string;
  readonly points: number;
  /** How many updates earned these points. */
  readonly updates: number;
}

const ATTEMPT_MS = 15_000;
const GIVE_UP_MS = 60_000;
const SPREAD_MS = 500;

/** Sends the claim until the server answers definitively, at most a minute. Repeating it moves nothing twice. Throws `ClaimError`. */
export async function claimGuest(url: string, tokens: TokenSource, guestToken: string): Promise<ClaimedPoints> {
  const { origin, path } = parseAddress(url);
  const endpoint = `${origin}${path}/api/auth/guest/claim`;
  const deadline = Date.now() + GIVE_UP_MS;
  let refused: string | undefined;
  for (let failures = 0; ; failures++) {
    const token = (await tokens.get('submit'))?.token;
    if (token === undefined) throw new ClaimError('No player to claim the guest for: return a token from the token hook.');
    if (token === refused) throw new ClaimError('The token hook returned the token that the server refused.', 401);
    const { response, cause } = await send(endpoint, token, guestToken);
    if (response?.ok) return (await response.json()) as ClaimedPoints;
    if (response?.status === 401) tokens.refuse((refused = token));
    const retryAfter = response?.headers.get('Retry-After');
    const ms = retryAfter ? Number(retryAfter) * 1_000 + somewhenIn(SPREAD_MS) : backoff(failures);
    if (isFinal(response?.status) || Date.now() + ms > deadline) throw await failed(endpoint, response, cause);
    if (response?.status !== 401) await pause(ms);
  }
}

const send = (endpoint: string, token: string, guestToken: string): Promise<{ readonly response?: Response; readonly cause?: unknown }> =>
  fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Authorization': `Bearer ${token}` },
    body: JSON.stringify({ guestToken }),
    signal: AbortSignal.timeout(ATTEMPT_MS),
  }).then(
    (response) => ({ response }),
    (cause: unknown) => ({ cause }),
  );

/** Whether another attempt would get the same answer. */
const isFinal = (status?: number): boolean => status !== undefined && status < 500 && ![401, 408, 429].includes(status);

async function failed(endpoint: string, response?: Response, cause?: unknown): Promise<ClaimError> {
  if (!response) return new ClaimError(`${endpoint} did not answer (${reasonOf(cause) ?? (cause as Error).message})`, undefined, undefined, { cause });
  // A proxy in front of the server may answer with something other than JSON.
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  const why = wordsOf(problem) ?? `${endpoint} answered ${response.status}`;
  return new ClaimError(`The points of the guest were not moved: ${why}`, response.status, problem);
}
