import { setTimeout as delay } from 'node:timers/promises';
import { type CommandOutcome, Leaderboard, LeaderboardNotReady } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import type { FindOutcome } from './find-outcome';
import type { BoardCache } from '../live/board-cache';

/** Interval between look-ups in the ledger. */
const POLL_MS = 10;

/** How long to wait for an applied command to reach the leaderboard before answering without a rank. */
const RANK_DEADLINE_MS = 1_000;

type Applied = Extract<CommandOutcome, { status: 'applied' }>;

/** Waits until a command is applied, and until the leaderboard shows it. */
export class AwaitApplied {
  constructor(
    private readonly findOutcome: FindOutcome,
    private readonly leaderboard: Leaderboard,
    private readonly boardCache: BoardCache,
    private readonly errors: ErrorReporter,
  ) {}

  /** Resolves with the outcome of the command, or undefined if there is none after `waitMs`. Concurrent callers share look-ups. */
  async outcome(commandId: string, waitMs: number): Promise<CommandOutcome | undefined> {
    const deadline = Date.now() + waitMs;
    do {
      const outcome = await this.look(commandId);
      if (outcome) return outcome;
      await delay(POLL_MS);
    } while (Date.now() < deadline);
    return undefined;
  }

  /**
   * The user's rank once the leaderboard shows this command; from then on, reads in this process show it too.
   * Null if the leaderboard is rebuilt, fails or takes longer than 1 s, or if the user is not ranked.
   */
  async rank({ userId, seq }: Applied): Promise<number | null> {
    const deadline = Date.now() + RANK_DEADLINE_MS;
    try {
      for (;;) {
        const [place] = await this.leaderboard.places([userId]);
        if (place && place.version >= seq) {
          await this.boardCache.refresh();
          return place.rank;
        }
        if (Date.now() > deadline) return null;
        await delay(POLL_MS / 2);
      }
    } catch (error) {
      if (!(error instanceof LeaderboardNotReady)) this.errors.report('a rank cannot be read', error);
      return null;
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
