import { Leaderboard, ScoreLedger } from '@scoreboard/domain';
import { BoardFeed } from '../live/board-feed';
import type { RebuildLeaderboard } from './rebuild-leaderboard';

const PAGE = 5_000;

/**
 * Keeps the leaderboard in step with the ledger, even if changes were lost in between. Each call of `look` closes a gap that
 * already existed at the previous call, from the ledger's events. It rebuilds the leaderboard if it is not ready, shows another
 * ledger, or is ahead of the ledger (the ledger was restored).
 *
 * Any number of processes may run this: closing a gap twice is harmless, and only one of them rebuilds.
 */
export class FollowLedger {
  /** Number of ledger events that the leaderboard lacked at the last call; 0 if it is up to date. */
  lag = 0;
  private seenBefore = 0;

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly rebuild: RebuildLeaderboard,
    private readonly feed: BoardFeed,
  ) {}

  /** Checks once; call it about every second. */
  async look(): Promise<void> {
    // In this order: the leaderboard cannot be ahead of a ledger that is read later, unless the ledger was restored.
    const position = await this.leaderboard.position();
    const head = await this.ledger.head();
    const mustRebuild = !position || position.ledgerId !== head.ledgerId || position.watermark > head.lastSeq;
    this.lag = head.lastSeq - (mustRebuild ? 0 : position.watermark);
    if (mustRebuild) {
      await this.rebuild.execute();
      return;
    }
    const isOldGap = position.watermark < Math.min(this.seenBefore, head.lastSeq);
    this.seenBefore = head.lastSeq;
    if (isOldGap) await this.closeGap(position.watermark, head.lastSeq);
  }

  private async closeGap(from: number, to: number): Promise<void> {
    let [seq, end, isRaised] = [from, to, false];
    while (seq < end) {
      const { standings, range } = await this.ledger.changedSince(seq, PAGE);
      // A leaderboard restored from old data has lost its last revisions too. The raised floor puts the next revision above them. A gap without
      // changes, such as a floor that was raised for another leaderboard, needs no raise; otherwise the leaderboards would trigger each other endlessly.
      if (standings.length && !isRaised) {
        [end, isRaised] = [(await this.ledger.raiseSequenceFloor()).lastSeq, true];
        continue;
      }
      const board = await this.leaderboard.put(standings, range);
      if (standings.length) await this.feed.publish({ board, userIds: standings.map((standing) => standing.userId) });
      if (range.to <= seq) return; // the ledger was restored meanwhile: the next call detects it
      seq = range.to;
    }
  }
}
