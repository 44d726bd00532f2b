import { Leaderboard, ScoreLedger } from '@scoreboard/domain';
import { BoardFeed } from '../live/board-feed';
import type { RebuildLeaderboard } from './rebuild-leaderboard';

const PAGE = 5_000;

/**
 * Keeps the leaderboard at the ledger's side whatever was lost in between: each look closes, from the ledger's events, a gap
 * that was there at the look before already, and rebuilds when the leaderboard is cold, shows another ledger, or is ahead
 * of it (the ledger was restored).
 *
 * Any number of processes may follow: closing a gap twice is harmless, and one of them rebuilds.
 */
export class FollowLedger {
  /** Events the ledger has and the leaderboard lacks, at the last look; 0 when level. */
  lag = 0;
  private seenBefore = 0;

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly rebuild: RebuildLeaderboard,
    private readonly feed: BoardFeed,
  ) {}

  /** One look; to be done every second or so. */
  async look(): Promise<void> {
    // In this order: a leaderboard is never ahead of a ledger that was read later.
    const position = await this.leaderboard.position();
    const head = await this.ledger.head();
    const isForeign = !position || position.ledgerId !== head.ledgerId || position.watermark > head.lastSeq;
    this.lag = head.lastSeq - (isForeign ? 0 : position.watermark);
    if (isForeign) {
      await this.rebuild.execute();
      return;
    }
    const isOldGap = position.watermark < Math.min(this.seenBefore, head.lastSeq);
    this.seenBefore = head.lastSeq;
    if (isOldGap) await this.closeGap(position.watermark);
  }

  private async closeGap(from: number): Promise<void> {
    // A leaderboard that came back with old data has forgotten its last revisions too: lifted, the next is above them.
    const { lastSeq } = await this.ledger.raiseSequenceFloor();
    for (let seq = from; seq < lastSeq; ) {
      const { standings, range } = await this.ledger.changedSince(seq, PAGE);
      const board = await this.leaderboard.put(standings, range);
      await this.feed.publish({ board, userIds: standings.map((standing) => standing.userId) });
      if (range.to <= seq) return; // the ledger was restored meanwhile: the next look finds out
      seq = range.to;
    }
  }
}
