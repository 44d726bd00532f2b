import { type CommandOutcome, Refusal, type ScoreCommand } from '@scoreboard/domain';
import { IdempotencyStore } from './idempotency-store';
import { ErrorReporter } from '../errors/error-reporter';
import { DecidedIncrements } from './decided-increments';
import { FindOutcome } from './find-outcome';
import { ScoreRules } from './score-rules';

/** What is known of a command. `isNew`: its id was certainly not used before, so nothing was decided for it. */
export interface Known {
  readonly outcome?: CommandOutcome;
  readonly isNew: boolean;
}

/** Looks up a command whose id may have been used before. */
export class IdempotencyCheck {
  constructor(
    private readonly keys: IdempotencyStore,
    private readonly findOutcome: FindOutcome,
    private readonly rules: ScoreRules,
    private readonly increments: DecidedIncrements,
    private readonly errors: ErrorReporter,
  ) {}

  /** The outcome is undefined if the command is new, not applied yet, or cannot be looked up. Throws `key-reused` if the id was used with another body. */
  async execute(command: ScoreCommand): Promise<Known> {
    const claim = await this.keys.claim(command.commandId, `${command.scoreIncrement} ${command.userId}`);
    if (claim === 'first') return { isNew: true };
    // Also looked up for `other`: after a loss of Redis, the stored fingerprint may belong to a request that was refused.
    const outcome = await this.lookUp(command.commandId);
    if (outcome ? !(await this.isSame(outcome, command, claim)) : claim === 'other') throw keyReused();
    return { outcome, isNew: false };
  }

  /**
   * Whether the outcome belongs to this body. A rule may have changed the increment: then the ledger has another one than the body, and the claim
   * decides. If both claim and decision were lost while there are rules, another body of the same user cannot be told apart.
   */
  private async isSame(outcome: CommandOutcome, command: ScoreCommand, claim: 'same' | 'other' | 'unsure'): Promise<boolean> {
    if (outcome.userId !== command.userId) return false;
    const isEqual = outcome.scoreIncrement === command.scoreIncrement;
    if (isEqual && claim !== 'other') return true;
    const decided = await this.increments.find(command.commandId);
    if (claim === 'other') return isEqual && decided !== outcome.scoreIncrement;
    return decided !== undefined || !this.rules.isEmpty;
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

/** Throws `key-reused` if the outcome belongs to another update. Unless `isExact`, rules may have decided another increment for the same update. */
export function assertSameUpdate(outcome: CommandOutcome, { userId, scoreIncrement }: ScoreCommand, isExact: boolean): void {
  if (outcome.userId !== userId || (isExact && outcome.scoreIncrement !== scoreIncrement)) throw keyReused();
}

const keyReused = () => new Refusal('key-reused', { detail: 'Use a new key or action token for another update, or resend the original body with the same one.' });
