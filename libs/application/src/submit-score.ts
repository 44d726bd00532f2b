import { assertMayRaise, type CommandOutcome, type Identity, Refusal, type ScoreCommand } from '@scoreboard/domain';
import type { AwaitApplied } from './await-applied';
import { commandIdFromKey, newCommandId } from './command-id';
import { CommandKeys } from './command-keys';
import type { FaultLog } from './fault-log';
import type { FindOutcome } from './find-outcome';
import { ScoreQueue } from './score-queue';

export interface Submission {
  readonly userId: string;
  readonly scoreIncrement: number;
  /** Idempotency-Key: 1 to 255 visible ASCII characters, scoped to the issuer and subject of the token. */
  readonly key?: string;
  /** How long to wait for the command to be applied; 0 for not at all. */
  readonly waitMs: number;
}

/** The answer to a command that is durable. `score` is the total right after it, `rank` the place when answering. */
export type Receipt = Pick<ScoreCommand, 'commandId' | 'userId' | 'scoreIncrement'> &
  ({ readonly status: 'accepted' } | { readonly status: 'applied'; readonly score: number; readonly rank: number | null });

/**
 * Accepts a request to raise a score: fixes its id, tells a reused key apart, and queues it durably.
 *
 * Sent again with its key it is the same command, queued again where it has not been applied yet (the first time may
 * not have reached the queue) and applied once. Refusals: `insufficient-scope`, `foreign-user`, `key-reused`,
 * `queue-unavailable`.
 */
export class SubmitScore {
  constructor(
    private readonly queue: ScoreQueue,
    private readonly keys: CommandKeys,
    private readonly find: FindOutcome,
    private readonly applied: AwaitApplied,
    private readonly faults: FaultLog,
  ) {}

  async execute(identity: Identity, submission: Submission): Promise<Receipt> {
    assertMayRaise(identity, submission.userId);
    const { userId, scoreIncrement, key, waitMs } = submission;
    const command: ScoreCommand = {
      commandId: key === undefined ? newCommandId() : commandIdFromKey(identity.issuer, identity.subject, key),
      userId,
      scoreIncrement,
      ...(identity.userId === userId ? {} : { issuedBy: identity.subject }),
    };
    const before = key === undefined ? undefined : await this.recall(command);
    if (before) return this.receipt(command, before);

    await this.queue.submit(command);
    return this.receipt(command, waitMs ? await this.applied.outcome(command.commandId, waitMs) : undefined);
  }

  /** What is known of a command whose id may have been used before. Throws `key-reused` where that was with another body. */
  private async recall(command: ScoreCommand): Promise<CommandOutcome | undefined> {
    const claim = await this.keys.claim(command.commandId, `${command.scoreIncrement} ${command.userId}`);
    if (claim === 'first') return undefined;
    // Also where the claim says `other`: what it compared with may be a body that was refused while Redis knew nothing.
    const outcome = await this.lookUp(command.commandId);
    const isSame = outcome ? outcome.userId === command.userId && outcome.scoreIncrement === command.scoreIncrement : claim !== 'other';
    if (!isSame) throw keyReused();
    return outcome;
  }

  private async lookUp(commandId: string): Promise<CommandOutcome | undefined> {
    try {
      return await this.find.execute(commandId);
    } catch (error) {
      // Queued again, it is still applied once: the ledger judges when it is back.
      this.faults.report('a repeated command cannot be looked up', error);
      return undefined;
    }
  }

  private async receipt(command: ScoreCommand, outcome: CommandOutcome | undefined): Promise<Receipt> {
    const { commandId, userId, scoreIncrement } = command;
    if (outcome?.status !== 'applied') return { commandId, userId, scoreIncrement, status: 'accepted' };
    return { commandId, userId, scoreIncrement, status: 'applied', score: outcome.scoreAfter, rank: await this.applied.rank(outcome) };
  }
}

const keyReused = () => new Refusal('key-reused', { detail: 'Send another key with another body, or the first body with this key.' });
