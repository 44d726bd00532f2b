import { backoff, pause, somewhenIn } from './backoff.ts';
import type { Receipt } from './messages.ts';
import { type Problem, SubmitError } from './submit-error.ts';
import type { PlayerToken, TokenSource } from './token-source.ts';
import { uuidV7 } from './uuid.ts';

const ATTEMPT_MS = 15_000;
const GIVE_UP_MS = 60_000;
const SPREAD_MS = 500;

export interface SubmitOptions {
  /** 1 to 255 visible ASCII characters; an update sent again with it counts once. Default: a new UUIDv7. */
  readonly idempotencyKey?: string;
  /** An action token, instead of the player's own: it is good for one update, and its own idempotency key. */
  readonly actionToken?: string;
  /** How long the server may wait until the update is applied, 1 to 10: the receipt then bears score and rank. Default: it does not wait. */
  readonly waitSeconds?: number;
  /** How long to try, in milliseconds; default 60,000. What the server asks to wait counts. */
  readonly giveUpAfterMs?: number;
}

/** What one attempt came to. */
interface Attempt {
  readonly receipt?: Receipt;
  readonly status?: number;
  readonly problem?: Problem;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** One update, sent under one key until the server has answered for certain. */
export class Submission {
  private readonly key: string;
  private readonly deadline: number;
  private outcome: 'refused' | 'unknown' = 'refused';
  private player?: PlayerToken;

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
    for (let failures = 0; ; failures++) {
      const attempt = await this.attempt();
      if (attempt.receipt) return attempt.receipt;
      if (isUncertain(attempt)) this.outcome = 'unknown';
      if (!this.isWorthRepeating(attempt)) throw this.failed('The server refused the update', attempt);
      const ms = attempt.retryAfterMs === undefined ? backoff(failures) : attempt.retryAfterMs + somewhenIn(SPREAD_MS);
      if (Date.now() + ms > this.deadline) throw this.failed('The server did not take the update in time', attempt);
      await pause(ms);
    }
  }

  private async attempt(): Promise<Attempt> {
    let player: PlayerToken | undefined;
    try {
      player = await this.tokens.get('submit');
    } catch (cause) {
      return { problem: { outcome: 'refused' }, cause }; // nothing was sent
    }
    if (!player) throw this.failed('There is no token to submit with', {});
    // A key counts once for each user: with another one the points might count twice.
    if (this.outcome === 'unknown' && player.userId !== this.player?.userId) throw this.failed('The player is another by now', {});
    this.player = player;
    return this.send(player).catch((cause: unknown) => ({ cause }));
  }

  private async send({ userId, token }: PlayerToken): Promise<Attempt> {
    const { actionToken, waitSeconds } = this.options;
    const response = await fetch(`${this.url}/api/scores/update`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Authorization': `Bearer ${actionToken ?? token}`,
        'Idempotency-Key': this.key,
        ...(waitSeconds && { Prefer: `wait=${waitSeconds}` }),
      },
      body: JSON.stringify({ userId, scoreIncrement: this.scoreIncrement }),
      signal: AbortSignal.timeout(ATTEMPT_MS + (waitSeconds ?? 0) * 1_000),
    });
    const { status } = response;
    if (status === 201) return { receipt: (await response.json()) as Receipt };
    if (status === 401 && !actionToken) this.tokens.refuse(token);
    const retryAfter = response.headers.get('Retry-After');
    // What stands before the server answers in a form of its own.
    const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
    return { status, problem, retryAfterMs: retryAfter === null ? undefined : Number(retryAfter) * 1_000 || 0 };
  }

  private isWorthRepeating({ status }: Attempt): boolean {
    if (status === 401) return !this.options.actionToken;
    return status === undefined || status === 408 || status === 429 || status >= 500;
  }

  private failed(what: string, attempt: Attempt): SubmitError {
    const { status, problem } = attempt;
    const why = problem?.detail ?? problem?.title ?? (status === undefined ? undefined : `status ${status}`);
    return new SubmitError(why ? `${what}: ${why}` : `${what}.`, { ...attempt, idempotencyKey: this.key, outcome: this.outcome });
  }
}

/** Where no answer came, or one of something in between, nobody can tell whether the update was taken. */
const isUncertain = ({ status, problem }: Attempt): boolean => (status === undefined || status >= 500) && problem?.outcome !== 'refused';
