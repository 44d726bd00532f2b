import { type Receipt, type Scoreboard, SubmitError, uuidV7 } from '@scoreboard/client';
import { KeptValue } from './kept-value';

const MAX_PENDING = 20;
/** When the player is told that the server is slow to answer. */
const SLOW_MS = 1_500;

/** Shows the player the progress of the points. */
export interface Progress {
  /** The number of points that are not confirmed yet. */
  onPending(count: number): void;
  /** The server has not answered yet. */
  onSlow(): void;
  /** An attempt failed; the next one starts after `error.retryAfterMs`. */
  onRetry(error: SubmitError): void;
  onCounted(receipt: Receipt): void;
  /** This point will never count. */
  onRefused(error: SubmitError): void;
}

/**
 * Points that a player has earned and that are not confirmed yet. They are sent one after the other, each with its own idempotency key
 * until its outcome is certain, and survive a reload of the page.
 */
export class PendingPoints {
  private readonly kept = new KeptValue<readonly string[]>('pending', 'tab');
  private isSending = false;

  constructor(
    private readonly board: Scoreboard,
    private readonly progress: Progress,
  ) {
    progress.onPending(this.keys.length);
    void this.send();
  }

  /** Adds a point; false if `MAX_PENDING` points are waiting already. */
  add(): boolean {
    if (this.keys.length >= MAX_PENDING) return false;
    this.keep([...this.keys, uuidV7()]);
    void this.send();
    return true;
  }

  private get keys(): readonly string[] {
    return this.kept.get() ?? [];
  }

  private keep(keys: readonly string[]): void {
    this.kept.set(keys);
    this.progress.onPending(keys.length);
  }

  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (let [key] = this.keys; key; [key] = this.keys) {
        await this.settle(key);
        this.keep(this.keys.slice(1));
      }
    } finally {
      this.isSending = false;
    }
  }

  private async settle(idempotencyKey: string): Promise<void> {
    const { progress } = this;
    const slow = setTimeout(() => progress.onSlow(), SLOW_MS);
    const onRetry = (error: SubmitError) => {
      clearTimeout(slow);
      progress.onRetry(error);
    };
    try {
      progress.onCounted(await this.board.submit(1, { idempotencyKey, onRetry, waitSeconds: 1, giveUpAfterMs: Infinity }));
    } catch (error) {
      if (!(error instanceof SubmitError)) throw error;
      progress.onRefused(error);
    } finally {
      clearTimeout(slow);
    }
  }
}
