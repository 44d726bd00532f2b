import { GLOBAL_PERIOD, LeaderboardNotReady, type ScoreLedger } from '@scoreboard/domain';
import type { BoardStore } from '../boards/board-store';
import type { Leaderboards } from '../boards/leaderboards';
import type { ShownProfiles } from '../live/shown-profiles';
import { PersonalData } from './personal-data';

/** A user's record in the leaderboards of all boards, with the profile beside them. `rename` takes the standing from the ledger, where the user was renamed before. */
export class LeaderboardRecords extends PersonalData {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboards: Leaderboards,
    private readonly boards: Pick<BoardStore, 'read'>,
    private readonly profiles: ShownProfiles,
  ) {
    super();
  }

  async count(userId: string): Promise<number> {
    let found = 0;
    for (const key of await this.keys()) found += await this.countIn(key, userId);
    return found;
  }

  async rename(userId: string, pseudonym: string): Promise<number> {
    let found = 0;
    for (const key of await this.keys()) {
      found += await this.countIn(key, userId);
      const board = await this.leaderboards.of(key).replace(userId, await this.ledger.ofPeriod(key).standing(pseudonym));
      await this.profiles.forget(userId);
      await this.leaderboards.feedOf(key).publish({ board, userIds: [] });
    }
    return found;
  }

  private async keys(): Promise<readonly number[]> {
    const { boards } = await this.boards.read(Date.now());
    return [GLOBAL_PERIOD, ...boards.flatMap(({ periods }) => periods.map(({ key }) => key))];
  }

  private async countIn(key: number, userId: string): Promise<number> {
    try {
      return (await this.leaderboards.of(key).places([userId]))[0] ? 1 : 0;
    } catch (error) {
      if (error instanceof LeaderboardNotReady) return 0; // there is no ranking that could contain the user
      throw error;
    }
  }
}
