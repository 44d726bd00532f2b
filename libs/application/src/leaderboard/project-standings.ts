import { setTimeout as delay } from 'node:timers/promises';
import { Leaderboard, type LedgerChange, type LedgerRange, ScoreboardEvents, type Standing, type Trace } from '@scoreboard/domain';
import { BoardFeed, followedOf } from '../live/board-feed';
import type { ErrorReporter } from '../errors/error-reporter';

/** If more standings are waiting, the oldest are dropped; `FollowLedger` reads them from the ledger again. */
const MAX_WAITING = 50_000;

interface Waiting {
  range: LedgerRange;
  readonly at: number;
  readonly standings: Map<string, Standing>;
  readonly traces: Trace[];
}

/**
 * Copies changes from the ledger to the leaderboard and announces them on the feed, in the background: the worker never waits.
 *
 * One put at a time; changes that arrive meanwhile are merged if their ranges are adjacent. A failed put is not retried:
 * standings are absolute, and `FollowLedger` closes the gap from the ledger.
 */
export class ProjectStandings {
  private readonly waiting: Waiting[] = [];
  private running?: Promise<void>;

  constructor(
    private readonly leaderboard: Leaderboard,
    private readonly feed: BoardFeed,
    private readonly errors: ErrorReporter,
    private readonly events: ScoreboardEvents,
    /** Gets each change too: `ProjectPeriods`. */
    private readonly periods?: Pick<ProjectStandings, 'add' | 'idle'>,
    /** How long changes are collected after a put, in ms. */
    private readonly pauseMs = 0,
  ) {}

  /** `followed`: the requests to name in later events. */
  add(change: LedgerChange, followed: readonly Trace[] = []): void {
    this.periods?.add(change);
    const last = this.waiting.at(-1);
    if (last && last.range.to === change.range.from) last.range = { from: last.range.from, to: change.range.to };
    else this.waiting.push({ range: change.range, at: Date.now(), standings: new Map(), traces: [] });
    const { standings, traces } = this.waiting.at(-1)!;
    if (traces.length < MAX_WAITING) traces.push(...followed);
    // Adjacent ranges arrive in ledger order, so the later standing is newer.
    for (const standing of change.standings) standings.set(standing.userId, standing);
    this.dropOldest();
    this.running ??= this.run();
  }

  /** Announces users whose scores did not change, because their commands were rejected: requests that wait for these commands look them up. */
  announce(userIds: readonly string[]): void {
    void this.feed.publish({ userIds }).catch((error: unknown) => this.errors.report('rejections were not announced', error));
  }

  /** Resolves when nothing is waiting. */
  async idle(): Promise<void> {
    await Promise.all([this.running, this.periods?.idle()]);
  }

  private async run(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      try {
        const standings = [...next.standings.values()];
        const board = await this.leaderboard.put(standings, next.range);
        const { range, at, traces } = next;
        this.events.emit('standings.projected', { range, board, at, traces });
        const followed = traces.length ? { traces: followedOf(traces) } : {};
        await this.feed.publish({ board, userIds: standings.map((standing) => standing.userId), at, ...followed });
      } catch (error) {
        this.errors.report('standings were not projected', error);
      }
      if (this.pauseMs) await delay(this.pauseMs);
    }
    this.running = undefined;
  }

  private dropOldest(): void {
    let size = this.waiting.reduce((sum, batch) => sum + batch.standings.size, 0);
    while (size > MAX_WAITING && this.waiting.length > 1) size -= this.waiting.shift()!.standings.size;
  }
}
