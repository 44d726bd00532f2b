import { Leaderboard, LeaderboardNotReady, ScoreLedger } from '@scoreboard/domain';
import { BoardFeed } from '../live/board-feed';
import { PersonalData } from './personal-data';

/** A user's record in the leaderboard. `rename` takes the standing from the ledger, where the user was renamed before. */
export class LeaderboardRecords extends PersonalData {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly feed: BoardFeed,
  ) {
    super();
  }

  async count(userId: string): Promise<number> {
    try {
      return (await this.leaderboard.places([userId]))[0] ? 1 : 0;
    } catch (error) {
      if (error instanceof LeaderboardNotReady) return 0; // there is no ranking that could contain the user
      throw error;
    }
  }

  async rename(userId: string, pseudonym: string): Promise<number> {
    const found = await this.count(userId);
    const board = await this.leaderboard.replace(userId, await this.ledger.standing(pseudonym));
    await this.feed.publish({ board, userIds: [] });
    return found;
  }
}
