import { mistakeInAddress, parseAddress } from './address.ts';
import { backoff, pause, somewhenIn } from './backoff.ts';
import type { Receipt } from './messages.ts';
import { reasonOf } from './network-failure.ts';
import { type Problem, SubmitError, wordsOf } from './submit-error.ts';
import { mistakeIn, type SubmitOptions } from './submit-options.ts';
import { claimsOf } from './token-claims.ts';
import { type PlayerToken, retryAfterOf, type TokenSource } from './token-source.ts';
import { uuidV7 } from './uuid.ts';

const ATTEMPT_MS = 15_000;
const GIVE_UP_MS = 60_000;
const SPREAD_MS = 500;

/** The update was queued, and the ledger can never apply it. */
const REJECTED = 'urn:scoreboard:problem:rejected';

/** The result of one attempt. */
interface Attempt {
  readonly receipt?: Receipt;
  readonly status?: number;
  readonly problem?: Problem;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
  /** What came back, for the error message. */
  readonly why?: string;
}

/** One update, sent with the same idempotency key until its outcome is certain. */
export class Submission {
  private readonly key: string;
  private readonly deadline: number;
  private outcome: 'refused' | 'unknown' = 'refused';
  private player?: PlayerToken;
  private refused?: string;

  constructor(
    private readonly url: string,
    private readonly tokens: TokenSource,
    private readonly scoreIncrement: number,
    private readonly options: SubmitOptions,
  ) {
    this.key = options.idempotencyKey ?? uuidV7();
    this.deadline = Date.now() + (options.giveUpAfterMs ?? GIVE_UP_MS);
  }

  /** Resolves with the receipt: the update counts, once. Throws `SubmitError`. */
  async execute(): Promise<Receipt> {
    const mistake = mistakeIn(this.options) ?? mistakeInAddress(this.url);
    if (mistake) throw this.failed(mistake);
    for (let failures = 0; ; failures++) {
      const attempt = await this.attempt();
      if (attempt.receipt) return attempt.receipt;
      if (isUncertain(attempt)) this.outcome = 'unknown';
      if (attempt.problem?.type === REJECTED) this.outcome = 'refused'; // final, whichever attempt the server queued
      if (!this.isWorthRepeating(attempt)) throw this.failed('The server refused the update', attempt);
      const ms = this.waitAfter(attempt, failures);
      if (Date.now() + ms > this.deadline) throw this.failed('The server did not accept the update in time', attempt);
      this.options.onRetry?.(this.failed('The update will be sent again', { ...attempt, retryAfterMs: ms }));
      await pause(ms);
    }
  }

  private async attempt(): Promise<Attempt> {
    let player: PlayerToken | undefined;
    try {
      player = await this.whoSends();
    } catch (cause) {
      return { problem: { outcome: 'refused' }, cause, retryAfterMs: retryAfterOf(cause) }; // nothing was sent
    }
    if (!player) throw this.failed('No token to submit with: return one from the token hook, or pass actionToken');
    if (player.token === this.refused) throw this.failed('The token hook returned the token that the server refused', { status: 401 });
    // A key is scoped to its user: with another user the points might count twice.
    if (this.outcome === 'unknown' && player.userId !== this.player?.userId) throw this.failed('The player changed before the outcome was known');
    this.player = player;
    const { origin, path } = parseAddress(this.url);
    const endpoint = `${origin}${path}/api/scores/update`;
    return this.send(endpoint, player).catch((cause: unknown) => ({ cause, why: whyUnanswered(endpoint, cause) }));
  }

  private async whoSends(): Promise<PlayerToken | undefined> {
    const { actionToken } = this.options;
    return actionToken ? { userId: claimsOf(actionToken).sub!, token: actionToken } : this.tokens.get('submit');
  }

  private async send(endpoint: string, { userId, token }: PlayerToken): Promise<Attempt> {
    const { actionToken, waitSeconds } = this.options;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Authorization': `Bearer ${token}`,
        'Idempotency-Key': this.key,
        ...(waitSeconds && { Prefer: `wait=${waitSeconds}` }),
      },
      body: JSON.stringify({ userId, scoreIncrement: this.scoreIncrement }),
      signal: AbortSignal.timeout(ATTEMPT_MS + (waitSeconds ?? 0) * 1_000),
    });
    const { status } = response;
    if (status === 201) return { receipt: (await response.json()) as Receipt };
    if (status === 401 && !actionToken) this.tokens.refuse((this.refused = token));
    const retryAfter = response.headers.get('Retry-After');
    const retryAfterMs = retryAfter === null ? undefined : Number(retryAfter) * 1_000 || 0;
    // A proxy in front of the server may answer with something other than JSON.
    const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
    return { status, problem, why: `${endpoint} answered ${status}`, retryAfterMs };
  }

  private isWorthRepeating({ status }: Attempt): boolean {
    if (status === 401) return !this.options.actionToken;
    return status === undefined || status === 408 || status === 429 || status >= 500;
  }

  private waitAfter({ status, retryAfterMs }: Attempt, failures: number): number {
    if (retryAfterMs !== undefined) return retryAfterMs + somewhenIn(SPREAD_MS);
    return status === 401 && failures === 0 ? 0 : backoff(failures); // retry at once with a new token
  }

  private failed(what: string, attempt: Attempt = {}): SubmitError {
    const { problem, cause } = attempt;
    const why = wordsOf(problem) ?? attempt.why ?? (cause as Error | undefined)?.message;
    return new SubmitError(why ? `${what}: ${why}` : `${what}.`, { ...attempt, idempotencyKey: this.key, outcome: this.outcome });
  }
}

/** Without an answer, or with one from a proxy, it is unknown whether the server accepted the update. */
const isUncertain = ({ status, problem }: Attempt): boolean => (status === undefined || status >= 500) && problem?.outcome !== 'refused';

/** A browser does not reveal to a script why a request to another origin failed. */
function whyUnanswered(endpoint: string, cause: unknown): string {
  const { location } = globalThis as { readonly location?: { readonly origin: string } };
  const isForeign = location && new URL(endpoint).origin !== location.origin;
  const hint = isForeign ? `. It is down, or does not allow pages of ${location.origin}: check its setting CORS_ORIGINS` : '';
  return `${endpoint} did not answer (${reasonOf(cause) ?? (cause as Error).message})${hint}`;
}
