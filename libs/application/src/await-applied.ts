import { setTimeout as delay } from 'node:timers/promises';
import { type CommandOutcome, Leaderboard, ScoreLedger } from '@scoreboard/domain';
import type { FaultLog } from './fault-log';
import type { LiveBoard } from './live-board';

/** How often the ledger is asked, once for all who wait. */
const POLL_MS = 10;

/** How long an applied command may take to reach the leaderboard before its rank is given up. */
const RANK_DEADLINE_MS = 1_000;

type Applied = Extract<CommandOutcome, { status: 'applied' }>;

/** Waits until commands are applied, and until the leaderboard shows them. */
export class AwaitApplied {
  private readonly waiting = new Map<string, Set<(outcome: CommandOutcome | undefined) => void>>();
  private polling?: Promise<void>;

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly live: LiveBoard,
    private readonly faults: FaultLog,
  ) {}

  /** Resolves with the command's outcome, or undefined when it has none after `waitMs`. */
  outcome(commandId: string, waitMs: number): Promise<CommandOutcome | undefined> {
    return new Promise((resolve) => {
      const waiters = this.waiting.get(commandId) ?? new Set();
      const settle = (outcome: CommandOutcome | undefined) => {
        clearTimeout(timer);
        waiters.delete(settle);
        if (!waiters.size) this.waiting.delete(commandId);
        resolve(outcome);
      };
      const timer = setTimeout(settle, waitMs, undefined);
      this.waiting.set(commandId, waiters.add(settle));
      this.polling ??= this.poll();
    });
  }

  /**
   * The user's rank once the leaderboard shows this command; from then on this process's reads show it too.
   * Null while ranks are being rebuilt, or for one who stands on no board.
   */
  async rank({ userId, seq }: Applied): Promise<number | null> {
    const deadline = Date.now() + RANK_DEADLINE_MS;
    try {
      for (;;) {
        const [place] = await this.leaderboard.places([userId]);
        if (place && place.version >= seq) {
          await this.live.refresh();
          return place.rank;
        }
        if (Date.now() > deadline) return null;
        await delay(POLL_MS / 2);
      }
    } catch (error) {
      this.faults.report('a rank cannot be read', error);
      return null;
    }
  }

  private async poll(): Promise<void> {
    while (this.waiting.size) {
      try {
        for (const outcome of await this.ledger.outcomes([...this.waiting.keys()])) {
          this.waiting.get(outcome.commandId)?.forEach((settle) => settle(outcome));
        }
      } catch (error) {
        this.faults.report('commands that are waited for cannot be looked up', error);
      }
      if (this.waiting.size) await delay(POLL_MS);
    }
    this.polling = undefined;
  }
}
