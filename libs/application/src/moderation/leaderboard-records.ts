import { setTimeout as delay } from 'node:timers/promises';
import { Leaderboard, LeaderboardNotReady } from '@scoreboard/domain';
import { RebuildLeaderboard } from '../leaderboard/rebuild-leaderboard';
import { PersonalData } from './personal-data';

/** How long to wait for our own rebuild: a rebuild of another process may have read the old id already. */
const WITHIN_MS = 60_000;

/** A user's record in the leaderboard. `rename` rebuilds the leaderboard from the ledger, where the user was renamed before. */
export class LeaderboardRecords extends PersonalData {
  constructor(
    private readonly leaderboard: Leaderboard,
    private readonly rebuild: Pick<RebuildLeaderboard, 'execute'>,
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

  async rename(userId: string, _pseudonym: string, progress?: (done: number) => void): Promise<number> {
    const found = await this.count(userId);
    const deadline = Date.now() + WITHIN_MS;
    while (!(await this.rebuild.execute(progress))) {
      if (Date.now() > deadline) throw new Error('another process keeps rebuilding the leaderboard: run the command again');
      await delay(500);
    }
    return found;
  }
}
