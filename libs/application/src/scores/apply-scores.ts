import { type AppliedBatch, type Rejection, ScoreboardEvents, type ScoreCommand, ScoreLedger, type Trace, UnprocessableBatch } from '@scoreboard/domain';
import type { ProjectStandings } from '../leaderboard/project-standings';

/**
 * Applies a batch from the queue: first durably to the ledger, then, without waiting, to everything derived from it.
 *
 * If the ledger cannot store the batch because of its data, the batch is split in half, in order, until the invalid command
 * is alone and all others are applied. Resolves with the commands that can never be applied. If the ledger is unavailable,
 * the error is thrown: the queue keeps the batch and retries it.
 */
export class ApplyScores {
  /** Totals since the start. The seconds are sums over all batches; `lockSeconds` is part of `ledgerSeconds`. */
  readonly stats = { batches: 0, applied: 0, repeated: 0, rejected: 0, ledgerSeconds: 0, lockSeconds: 0 };

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly projection: ProjectStandings,
    private readonly events: ScoreboardEvents,
  ) {}

  async execute(commands: readonly ScoreCommand[]): Promise<readonly Rejection[]> {
    const rejections = await this.apply(commands);
    // In a key conflict, the id already has the outcome of the command that was applied.
    const unknown = rejections.filter((rejection) => rejection.reason !== 'key-conflict');
    if (unknown.length) await this.ledger.reject(unknown);
    this.stats.rejected += rejections.length;
    return rejections;
  }

  private async apply(commands: readonly ScoreCommand[]): Promise<Rejection[]> {
    try {
      const started = performance.now();
      const batch = await this.ledger.apply(commands);
      this.count(batch, commands, performance.now() - started);
      this.projection.add(batch, this.tracesOf(commands));
      return batch.conflicts.map((place) => ({ command: commands[place]!, reason: 'key-conflict' }));
    } catch (error) {
      if (!(error instanceof UnprocessableBatch)) throw error;
      if (commands.length === 1) return [{ command: commands[0]!, reason: error.reason }];
      const middle = commands.length >> 1;
      return [...(await this.apply(commands.slice(0, middle))), ...(await this.apply(commands.slice(middle)))];
    }
  }

  /** The requests to name in later events; empty if there is no listener. */
  private tracesOf(commands: readonly ScoreCommand[]): readonly Trace[] {
    return this.events.has('standings.projected') ? commands.flatMap(({ trace }) => (trace ? [trace] : [])) : [];
  }

  private count(batch: AppliedBatch, commands: readonly ScoreCommand[], ms: number): void {
    this.events.emit('batch.applied', { commands, seconds: ms / 1_000 });
    this.stats.batches++;
    this.stats.applied += batch.applied;
    this.stats.repeated += commands.length - batch.applied - batch.conflicts.length;
    this.stats.ledgerSeconds += ms / 1_000;
    this.stats.lockSeconds += batch.lockWaitMs / 1_000;
  }
}
