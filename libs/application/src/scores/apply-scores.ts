import { type AppliedBatch, type Rejection, ScoreboardEvents, type ScoreCommand, ScoreLedger, type Trace } from '@scoreboard/domain';
import { applyInParts } from './apply-in-parts';
import type { ProjectStandings } from '../leaderboard/project-standings';

/**
 * Applies a batch from the queue: first durably to the ledger, then, without waiting, to everything derived from it.
 *
 * Resolves with the commands that can never be applied; all others are applied. If the ledger is unavailable, the error is
 * thrown: the queue keeps the batch and retries it.
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
    const rejections = await applyInParts(this.ledger, commands, (batch, applied, ms) => {
      this.count(batch, applied, ms);
      this.projection.add(batch, this.tracesOf(applied));
    });
    // In a key conflict, the id already has the outcome of the command that was applied.
    const unknown = rejections.filter((rejection) => rejection.reason !== 'key-conflict');
    if (unknown.length) await this.ledger.reject(unknown);
    if (rejections.length) this.projection.announce(rejections.map(({ command }) => command.userId));
    this.stats.rejected += rejections.length;
    return rejections;
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
