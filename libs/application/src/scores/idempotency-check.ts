import { type CommandOutcome, Refusal, type ScoreCommand } from '@scoreboard/domain';
import { IdempotencyStore } from './idempotency-store';
import { ErrorReporter } from '../errors/error-reporter';
import { FindOutcome } from './find-outcome';

/** Looks up a command whose id may have been used before. */
export class IdempotencyCheck {
  constructor(
    private readonly keys: IdempotencyStore,
    private readonly findOutcome: FindOutcome,
    private readonly errors: ErrorReporter,
  ) {}

  /** Returns the known outcome; undefined if the command is new, not applied yet, or cannot be looked up. Throws `key-reused` if the id was used with another body. */
  async execute(command: ScoreCommand): Promise<CommandOutcome | undefined> {
    const claim = await this.keys.claim(command.commandId, `${command.scoreIncrement} ${command.userId}`);
    if (claim === 'first') return undefined;
    // Also looked up for `other`: after a loss of Redis, the stored fingerprint may belong to a request that was refused.
    const outcome = await this.lookUp(command.commandId);
    if (outcome) assertSameUpdate(outcome, command);
    else if (claim === 'other') throw keyReused();
    return outcome;
  }

  private async lookUp(commandId: string): Promise<CommandOutcome | undefined> {
    try {
      return await this.findOutcome.execute(commandId);
    } catch (error) {
      // Safe to queue again: the ledger applies each command once.
      this.errors.report('a repeated command cannot be looked up', error);
      return undefined;
    }
  }
}

/** Throws `key-reused` if the outcome belongs to another update. */
export function assertSameUpdate(outcome: CommandOutcome, { userId, scoreIncrement }: ScoreCommand): void {
  if (outcome.userId !== userId || outcome.scoreIncrement !== scoreIncrement) throw keyReused();
}

const keyReused = () => new Refusal('key-reused', { detail: 'Use a new key or action token for another update, or repeat the first body with this one.' });
