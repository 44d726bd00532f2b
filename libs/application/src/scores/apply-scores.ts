import { type AppliedBatch, GUEST_ID, GuestClaims, type Rejection, ScoreboardEvents, type ScoreCommand, ScoreLedger, type Trace } from '@scoreboard/domain';
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
    private readonly claims: GuestClaims,
  ) {}

  async execute(commands: readonly ScoreCommand[]): Promise<readonly Rejection[]> {
    const rejections = await applyInParts(this.ledger, commands, (batch, applied, ms) => {
      this.count(batch, applied, ms);
      this.projection.add(batch, this.tracesOf(applied));
    });
    await this.followClaims(commands);
    // In a key conflict, the id already has the outcome of the command that was applied.
    const unknown = rejections.filter((rejection) => rejection.reason !== 'key-conflict');
    if (unknown.length) await this.ledger.reject(unknown);
    if (rejections.length) this.projection.announce(rejections.map(({ command }) => command.userId));
    this.stats.rejected += rejections.length;
    return rejections;
  }

  /** Before the queue lets go of the batch, so that points of a guest follow to the player who claimed the guest, also after a crash. */
  private async followClaims(commands: readonly ScoreCommand[]): Promise<void> {
    const guests = new Set(commands.map(({ userId }) => userId).filter((userId) => GUEST_ID.test(userId)));
    const change = guests.size ? await this.claims.follow([...guests]) : undefined;
    if (change) this.projection.add(change);
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
