import { type Board, Leaderboard, type LeaderboardRebuild, MAX_TOP, type RebuildState, ScoreboardEvents, ScoreLedger, type Standing } from '@scoreboard/domain';
import { BoardFeed } from '../live/board-feed';

/** Two pages are in memory. A user id has at most 255 bytes, so a page has less than 4 MB. */
const PAGE_SIZE = 10_000;

type Report = (state: RebuildState, change?: { readonly standings?: number; readonly total?: number }) => void;

/**
 * Fills a new ranking from the ledger, in pages, without interrupting reads or updates, and makes it the current one.
 *
 * Live puts go into both rankings meanwhile. The ledger's sequence is raised first, so that the resulting board is
 * newer than any board shown before. If there is no current ranking, the best users are shown as the board meanwhile.
 *
 * Safe to run at any time and in many processes: only one of them rebuilds. If it ends or fails, the next run continues after the last page.
 */
export class RebuildLeaderboard {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly feed: BoardFeed,
    private readonly events = new ScoreboardEvents(),
    /** Number of standings that are read and written at a time. */
    private readonly pageSize = PAGE_SIZE,
  ) {}

  /**
   * Resolves with the new board; undefined if another process is rebuilding, or one that was interrupted has been silent for less than 10 s.
   * `progress` is called with the number of standings so far, including those of an interrupted run, and of all (`ScoreLedger.userCount`).
   */
  async execute(progress: (standings: number, total: number) => void = () => undefined): Promise<Board | undefined> {
    const { ledgerId } = await this.ledger.head();
    const rebuild = await this.leaderboard.beginRebuild(ledgerId);
    if (!rebuild) return undefined;
    const report = this.reporter(rebuild.resumed?.filled ?? 0, progress);
    try {
      const board = await this.run(rebuild, report);
      report('finished');
      return board;
    } catch (error) {
      report('stopped');
      throw error;
    }
  }

  private async run(rebuild: LeaderboardRebuild, report: Report): Promise<Board> {
    // Read after the rebuild began: everything applied from here on is also put into the new ranking.
    const upTo = rebuild.resumed?.upTo ?? (await this.ledger.raiseSequenceFloor()).lastSeq;
    const first = await this.ledger.standings(rebuild.resumed?.after, this.pageSize);
    const isLong = first.length === this.pageSize;
    if (isLong) await this.expect(rebuild, report);
    // The best are read beside the pages: each page renews the lease, and a fault does not keep the leaderboard from being rebuilt.
    const [copied, shown] = await Promise.allSettled([this.copy(rebuild, first, upTo, report), isLong ? this.show(rebuild, upTo) : undefined]);
    if (copied.status === 'rejected') throw copied.reason;
    const board = await rebuild.finish(upTo);
    await this.feed.publish({ board, userIds: [] });
    if (shown.status === 'rejected') throw new Error('the leaderboard was rebuilt, but showed no board meanwhile', { cause: shown.reason });
    return board;
  }

  private async expect(rebuild: LeaderboardRebuild, report: Report): Promise<void> {
    const total = await this.ledger.userCount();
    report('running', { total });
    await rebuild.expect?.(total);
  }

  private async copy(rebuild: LeaderboardRebuild, first: readonly Standing[], upTo: number, report: Report): Promise<void> {
    let standings = rebuild.resumed?.filled ?? 0;
    for (let page = first; page.length; ) {
      // The next page is read while this one is written.
      const next = page.length < this.pageSize ? [] : this.ledger.standings(page.at(-1)!.userId, this.pageSize);
      standings += page.length;
      [page] = await Promise.all([next, rebuild.fill(page, upTo)]);
      report('running', { standings });
    }
  }

  private async show(rebuild: LeaderboardRebuild, upTo: number): Promise<void> {
    if (await this.leaderboard.position()) return; // the current ranking is shown
    const board = await rebuild.show(await this.ledger.best(MAX_TOP), upTo);
    if (board) await this.feed.publish({ board, userIds: [] });
  }

  private reporter(filled: number, progress: (standings: number, total: number) => void): Report {
    const started = performance.now();
    let status = { standings: filled, total: 0 };
    return (state, change = {}) => {
      status = { ...status, ...change };
      const { standings } = status;
      const total = Math.max(status.total, standings); // users who scored for the first time meanwhile are copied too
      if (state === 'running') progress(standings, total);
      this.events.emit('leaderboard.rebuilding', { standings, total, copied: standings - filled, seconds: (performance.now() - started) / 1_000, state });
    };
  }
}
