import { assertMayModerate, type Identity, Refusal } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import type { Moderator } from '../audit/moderator';
import { assertExpected } from '../audit/operator';
import type { ErrorReporter } from '../errors/error-reporter';
import { ChangeDeadLetters, type DeadLetterOrder } from './change-dead-letters';
import { type DeadLetter, DeadLetters } from './dead-letters';

/** The oldest dead letters. */
export interface DeadLetterList {
  readonly items: readonly DeadLetter[];
  /** How many there are in all. */
  readonly total: number;
}

/** `expected`: only if it is exactly this number of letters; required to drop them. */
export type ReviewOrder = DeadLetterOrder & { readonly expected?: number };

/**
 * Lets an operator with a token read, replay and drop dead letters. Calls of this process wait for each other, because letters are invisible while a call
 * runs. Refusals: `insufficient-scope`, `count-changed`, `dead-letters-unavailable`, after which a change may be partly done and can be repeated.
 */
export class ReviewDeadLetters {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly letters: DeadLetters,
    private readonly audit: AuditLog,
    private readonly errors: ErrorReporter,
  ) {}

  /** The oldest `limit` letters. */
  async list(reader: Identity, limit: number): Promise<DeadLetterList> {
    assertMayModerate(reader);
    return this.inTurn(async () => {
      const items: DeadLetter[] = [];
      let total = 0;
      for await (const letter of this.letters.list()) if (total++ < limit) items.push(letter);
      return { items, total };
    });
  }

  /** Resolves with the number of letters. */
  async change(moderator: Moderator, { expected, ...order }: ReviewOrder): Promise<number> {
    assertMayModerate(moderator.identity);
    const change = new ChangeDeadLetters(this.letters, this.audit);
    return this.inTurn(async () => {
      if (expected !== undefined && !order.dryRun) assertExpected(expected, await change.execute(moderator, { ...order, dryRun: true }));
      return change.execute(moderator, order);
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work).catch((error: unknown) => {
      if (error instanceof Refusal) throw error;
      this.errors.report('dead letters cannot be reached', error);
      throw new Refusal('dead-letters-unavailable', { detail: 'A change may be partly done. Send the request again to complete it.', retryAfter: 1 });
    });
    this.last = turn.catch(() => undefined); // its caller gets the error; the next call only waits
    return turn;
  }
}
