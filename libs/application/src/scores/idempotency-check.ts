import { type CommandOutcome, Refusal, type ScoreCommand } from '@scoreboard/domain';
import { IdempotencyStore } from './idempotency-store';
import { ErrorReporter } from '../moderation/error-reporter';
import { FindOutcome } from './find-outcome';

/** Tells what is known of a command whose id may have been used before. */
export class IdempotencyCheck {
  constructor(
    private readonly keys: IdempotencyStore,
    private readonly find: FindOutcome,
    private readonly faults: ErrorReporter,
  ) {}

  /** Undefined for one that is new, or was not applied yet as far as can be told. Throws `key-reused` where its id was used with another body. */
  async execute(command: ScoreCommand): Promise<CommandOutcome | undefined> {
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
}

const keyReused = () => new Refusal('key-reused', { detail: 'Send another key or action token with another body, or the first body with this one.' });
