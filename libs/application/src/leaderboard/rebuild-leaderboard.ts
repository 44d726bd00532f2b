import { type Board, Leaderboard, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
import { BoardFeed } from '../live/board-feed';

const PAGE = 5_000;

/**
 * Fills a new ranking from the ledger, in pages, without interrupting reads or updates, and makes it the current one.
 *
 * Live puts go into both rankings meanwhile. The ledger's sequence is raised first, so that the resulting board is
 * newer than any board shown before. Safe to run at any time and in many processes: only one of them rebuilds.
 */
export class RebuildLeaderboard {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly feed: BoardFeed,
    private readonly events = new ScoreboardEvents(),
  ) {}

  /** Resolves with the new board; undefined if another process is rebuilding. `progress` is called with the number of standings so far. */
  async execute(progress: (standings: number) => void = () => undefined): Promise<Board | undefined> {
    const { ledgerId } = await this.ledger.head();
    const rebuild = await this.leaderboard.beginRebuild(ledgerId);
    if (!rebuild) return undefined;
    // Read after the rebuild began: everything applied from here on is also put into the new ranking.
    const { lastSeq } = await this.ledger.raiseSequenceFloor();
    const started = performance.now();
    const report = (isDone: boolean) => this.events.emit('leaderboard.rebuilding', { standings: done, seconds: (performance.now() - started) / 1_000, isDone });
    let done = 0;
    let page = await this.ledger.standings(undefined, PAGE);
    while (page.length) {
      // The next page is read while this one is written.
      const next = page.length < PAGE ? [] : this.ledger.standings(page.at(-1)!.userId, PAGE);
      done += page.length;
      [page] = await Promise.all([next, rebuild.fill(page)]);
      progress(done);
      report(false);
    }
    const board = await rebuild.finish(lastSeq);
    await this.feed.publish({ board, userIds: [] });
    report(true);
    return board;
  }
}
