import { type BoardCatalog, type BoardPeriod, type ScoreLedger } from '@scoreboard/domain';
import { AuditLeaderboard } from '../leaderboard/audit-leaderboard';
import { FollowLedger } from '../leaderboard/follow-ledger';
import { RebuildLeaderboard } from '../leaderboard/rebuild-leaderboard';
import type { Leaderboards } from './leaderboards';
import { closedPeriods, livePeriods } from './live-periods';

interface Follower {
  readonly follow: FollowLedger;
  readonly rebuild: RebuildLeaderboard;
  readonly audit: AuditLeaderboard;
}

/** Keeps the leaderboards of periods in step with the ledger, as `FollowLedger` and `AuditLeaderboard` do for `global`. */
export class FollowPeriods {
  private readonly followers = new Map<number, Follower>();
  private readonly dropped = new Set<number>();
  private turn = 0;
  /** At the last call, by board: the number of events that the leaderboards of live periods lacked, at most. */
  lags: Readonly<Record<string, number>> = {};
  /** At the last call, by board: the number of periods that had ended and were not closed. */
  unclosed: Readonly<Record<string, number>> = {};

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboards: Leaderboards,
  ) {}

  /** Makes the leaderboards ready of periods that begin soon. They are empty, so it does not wait for those that are being rebuilt. Call it about every second. */
  async prepare(catalog: BoardCatalog, now: number): Promise<void> {
    for (const period of livePeriods(catalog, now)) if (period.start > now) await this.of(period).follow.look();
  }

  /** Looks at every live period, and at one closed one; audits one period. Call it about every second with the newest boards. */
  async look(catalog: BoardCatalog, now: number): Promise<void> {
    const live = livePeriods(catalog, now);
    for (const period of live) await this.of(period).follow.look();
    this.lags = perBoard(catalog, (board) => Math.max(0, ...live.filter((period) => period.board === board).map((period) => this.of(period).follow.lag)));
    this.unclosed = perBoard(catalog, (board) => live.filter(({ end = Infinity, ...period }) => period.board === board && end <= now).length);
    const closed = closedPeriods(catalog);
    if (closed.length) await this.lookAtClosed(closed[this.turn % closed.length]!);
    const all = [...live, ...closed];
    if (all.length) await this.of(all[this.turn % all.length]!).audit.look();
    this.turn++;
    for (const key of catalog.expired) await this.drop(key);
  }

  /** Total of standings that the audits found to differ, and corrected. */
  get repaired(): number {
    return [...this.followers.values()].reduce((sum, { audit }) => sum + audit.stats.repaired, 0);
  }

  /** Nothing but moderation changes it, and moderation puts what it changes: its leaderboard is complete, or it must be rebuilt. What was lost is found by the audit. */
  private async lookAtClosed(period: BoardPeriod): Promise<void> {
    const leaderboard = this.leaderboards.of(period.key);
    const position = await leaderboard.position();
    const head = await this.ledger.head();
    const mustRebuild = !position || position.ledgerId !== head.ledgerId || position.watermark > head.lastSeq;
    if (mustRebuild) await this.of(period).rebuild.execute();
    else await leaderboard.put([], { from: 0, to: head.lastSeq });
  }

  private of({ key }: BoardPeriod): Follower {
    const known = this.followers.get(key) ?? this.make(key);
    this.followers.set(key, known);
    return known;
  }

  private make(key: number): Follower {
    const [ledger, leaderboard, feed] = [this.ledger.ofPeriod(key), this.leaderboards.of(key), this.leaderboards.feedOf(key)];
    const rebuild = new RebuildLeaderboard(ledger, leaderboard, feed);
    return { rebuild, follow: new FollowLedger(ledger, leaderboard, rebuild, feed), audit: new AuditLeaderboard(ledger, leaderboard, rebuild) };
  }

  private async drop(key: number): Promise<void> {
    if (this.dropped.has(key)) return;
    await this.leaderboards.drop(key);
    this.followers.delete(key);
    this.dropped.add(key);
  }
}

const perBoard = ({ boards }: BoardCatalog, count: (board: string) => number): Readonly<Record<string, number>> =>
  Object.fromEntries(boards.map(({ definition: { id } }) => [id, count(id)]));
