import { type CommandOutcome, ScoreLedger } from '@scoreboard/domain';

interface Asked {
  readonly commandId: string;
  resolve(outcome: CommandOutcome | undefined): void;
  reject(error: unknown): void;
}

/** Looks up commands in the ledger. Requests that arrive during a look-up share the next one. */
export class FindOutcome {
  private asked: Asked[] = [];
  private isLooking = false;

  constructor(private readonly ledger: ScoreLedger) {}

  /** The outcome of a command; undefined if the ledger has not seen it. */
  execute(commandId: string): Promise<CommandOutcome | undefined> {
    return new Promise((resolve, reject) => {
      this.asked.push({ commandId, resolve, reject });
      if (!this.isLooking) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    while (this.asked.length) {
      const asked = this.asked.splice(0);
      try {
        const outcomes = await this.ledger.outcomes(asked.map(({ commandId }) => commandId));
        const found = new Map(outcomes.map((outcome) => [outcome.commandId, outcome]));
        for (const { commandId, resolve } of asked) resolve(found.get(commandId));
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.isLooking = false;
  }
}
