import { type CommandOutcome, Leaderboard, LeaderboardNotReady, type ScoreCommand } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import type { FindOutcome } from './find-outcome';
import type { BoardCache } from '../live/board-cache';
import { UserHints } from '../live/user-hints';

/** A hint may be lost. Without one, the next look comes after this time, and then after twice the time of the last pause, up to the second number. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 1_000];

/** How long to wait for an applied command to reach the leaderboard before answering without a rank. */
const RANK_DEADLINE_MS = 1_000;

type Applied = Extract<CommandOutcome, { status: 'applied' }>;

/**
 * Waits until a command is applied, and until the leaderboard shows it.
 *
 * The feed tells when a user's command was processed and the leaderboard shows it, so usually one look finds the command, and one the rank. While the
 * feed is silent, the looks are 0.1 to 1 s apart.
 */
export class AwaitApplied {
  private readonly hints: UserHints;

  constructor(
    private readonly findOutcome: FindOutcome,
    private readonly leaderboard: Leaderboard,
    private readonly boardCache: BoardCache,
    private readonly errors: ErrorReporter,
    private readonly firstPauseMs = FIRST_PAUSE_MS,
  ) {
    this.hints = new UserHints(boardCache);
  }

  /**
   * Queues the command by calling `queue`, then waits for its outcome. Undefined if there is none after `waitMs`. Rejects if `queue` does.
   * Concurrent callers share look-ups.
   */
  async outcome({ commandId, userId }: ScoreCommand, waitMs: number, queue: () => Promise<unknown>): Promise<CommandOutcome | undefined> {
    // Before it is queued, because the hint may arrive before the receipt.
    const hints = this.hints.of(userId);
    try {
      await queue();
      const deadline = Date.now() + waitMs;
      for (let pause = this.firstPauseMs; Date.now() < deadline; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
        await hints.next(Math.min(pause, deadline - Date.now()));
        const outcome = await this.look(commandId);
        if (outcome) return outcome;
      }
      return undefined;
    } finally {
      hints.end();
    }
  }

  /**
   * The user's rank once the leaderboard shows this command; from then on, reads in this process show it too.
   * Null if the leaderboard is rebuilt, fails or takes longer than 1 s, or if the user is not ranked.
   */
  async rank({ userId, seq }: Applied): Promise<number | null> {
    const deadline = Date.now() + RANK_DEADLINE_MS;
    const hints = this.hints.of(userId);
    try {
      for (let pause = this.firstPauseMs; ; pause *= 2) {
        const [place] = await this.leaderboard.places([userId]);
        if (place && place.version >= seq) {
          await this.boardCache.refresh();
          return place.rank;
        }
        if (Date.now() >= deadline) return null;
        await hints.next(Math.min(pause, deadline - Date.now()));
      }
    } catch (error) {
      if (!(error instanceof LeaderboardNotReady)) this.errors.report('a rank cannot be read', error);
      return null;
    } finally {
      hints.end();
    }
  }

  private async look(commandId: string): Promise<CommandOutcome | undefined> {
    try {
      return await this.findOutcome.execute(commandId);
    } catch (error) {
      this.errors.report('commands that are waited for cannot be looked up', error);
      return undefined;
    }
  }
}
