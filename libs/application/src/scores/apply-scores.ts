import { type AppliedBatch, type Rejection, ScoreboardEvents, type ScoreCommand, ScoreLedger, type Trace, UnprocessableBatch } from '@scoreboard/domain';
import type { ProjectStandings } from '../leaderboard/project-standings';

/**
 * Applies a batch of the queue: the ledger first and durably, then, without waiting, everything derived from it.
 *
 * A batch that the ledger refuses for its data is halved until the command to blame is alone, in order, so its
 * neighbours are applied. Resolves with what can never be applied. A ledger that is away is a fault that rises:
 * the queue keeps the batch and tries again.
 */
export class ApplyScores {
  /** What was done since the start; seconds are sums over all batches, `lockSeconds` a part of `ledgerSeconds`. */
  readonly stats = { batches: 0, applied: 0, repeated: 0, rejected: 0, ledgerSeconds: 0, lockSeconds: 0 };

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly projection: ProjectStandings,
    private readonly events: ScoreboardEvents,
  ) {}

  async execute(commands: readonly ScoreCommand[]): Promise<readonly Rejection[]> {
    const rejections = await this.apply(commands);
    // A conflicting command's id is the applied one's: its outcome is that one's.
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

  /** The requests to name on the further way: none where nobody looks for them there. */
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
