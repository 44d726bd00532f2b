import { setTimeout as delay } from 'node:timers/promises';
import { Leaderboard, LeaderboardNotReady } from '@scoreboard/domain';
import { RebuildLeaderboard } from './rebuild-leaderboard';
import { PersonalData } from '../moderation/personal-data';

/** A rebuild of another process may have read the old id already: so long is waited for a turn of our own. */
const WITHIN_MS = 60_000;

/** A user in the order of scores. That is made from the ledger, so a new one is filled after the ledger was renamed, and the old one dropped. */
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
      if (error instanceof LeaderboardNotReady) return 0; // there is no order to be found in
      throw error;
    }
  }

  async rename(userId: string, _pseudonym: string, progress?: (done: number) => void): Promise<number> {
    const found = await this.count(userId);
    const deadline = Date.now() + WITHIN_MS;
    while (!(await this.rebuild.execute(progress))) {
      if (Date.now() > deadline) throw new Error('another process keeps rebuilding the leaderboard: run it again');
      await delay(500);
    }
    return found;
  }
}
