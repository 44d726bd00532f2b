import { type AppliedBatch, type Rejection, type ScoreCommand, ScoreLedger, type Trace, UnprocessableBatch } from '@scoreboard/domain';
import type { ProjectStandings } from './project-standings';
import { tell } from './tell';

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

  /** Told of each batch that the ledger took, and how many seconds that took; for metrics and traces. */
  onBatch?: (commands: readonly ScoreCommand[], seconds: number) => void;
  /** Says which requests of a batch are followed on its further way; none where not set. */
  follow?: (commands: readonly ScoreCommand[]) => readonly Trace[];

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly projection: ProjectStandings,
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
      this.projection.add(batch, this.followed(commands));
      return batch.conflicts.map((place) => ({ command: commands[place]!, reason: 'key-conflict' }));
    } catch (error) {
      if (!(error instanceof UnprocessableBatch)) throw error;
      if (commands.length === 1) return [{ command: commands[0]!, reason: error.reason }];
      const middle = commands.length >> 1;
      return [...(await this.apply(commands.slice(0, middle))), ...(await this.apply(commands.slice(middle)))];
    }
  }

  private followed(commands: readonly ScoreCommand[]): readonly Trace[] | undefined {
    let followed: readonly Trace[] | undefined;
    tell(() => void (followed = this.follow?.(commands)));
    return followed;
  }

  private count(batch: AppliedBatch, commands: readonly ScoreCommand[], ms: number): void {
    tell(this.onBatch, commands, ms / 1_000);
    this.stats.batches++;
    this.stats.applied += batch.applied;
    this.stats.repeated += commands.length - batch.applied - batch.conflicts.length;
    this.stats.ledgerSeconds += ms / 1_000;
    this.stats.lockSeconds += batch.lockWaitMs / 1_000;
  }
}
