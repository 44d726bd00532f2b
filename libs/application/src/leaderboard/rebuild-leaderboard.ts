import { type Board, Leaderboard, ScoreLedger } from '@scoreboard/domain';
import { BoardFeed } from '../live/board-feed';

const PAGE = 5_000;

/**
 * Fills a new order of the leaderboard from the ledger, in pages, while everything runs, and swaps it in.
 *
 * Live puts go into both orders meanwhile. The ledger's sequence is lifted first, so that the board it ends with is
 * newer than any that was shown before. Safe to run at any time and in many processes: one of them does it.
 */
export class RebuildLeaderboard {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly feed: BoardFeed,
  ) {}

  /** Resolves with the new board, or undefined where another process is rebuilding. `progress` hears the number of standings so far. */
  async execute(progress: (standings: number) => void = () => undefined): Promise<Board | undefined> {
    const { ledgerId } = await this.ledger.head();
    const rebuild = await this.leaderboard.beginRebuild(ledgerId);
    if (!rebuild) return undefined;
    // Read after the rebuild began: what is applied from here on is put into the new order as well.
    const { lastSeq } = await this.ledger.raiseSequenceFloor();
    let done = 0;
    let page = await this.ledger.standings(undefined, PAGE);
    while (page.length) {
      // The next page is read while this one is written.
      const next = page.length < PAGE ? [] : this.ledger.standings(page.at(-1)!.userId, PAGE);
      done += page.length;
      [page] = await Promise.all([next, rebuild.fill(page)]);
      progress(done);
    }
    const board = await rebuild.finish(lastSeq);
    await this.feed.publish({ board, userIds: [] });
    return board;
  }
}
