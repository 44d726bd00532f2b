import { pause } from '../scores/backoff';

/** A pause between two looks that ends early when a hint comes. A hint that comes during a look ends the next pause. */
export class HintedPause {
  private isHinted = false;
  private wake = (): void => undefined;

  hint(): void {
    this.isHinted = true;
    this.wake();
  }

  /** Resolves after `mostMs`, or at a hint but not before `leastMs`, or when the signal is aborted. */
  async wait(leastMs: number, mostMs: number, signal: AbortSignal): Promise<void> {
    if (mostMs > 0) await pause(Math.min(leastMs, mostMs), signal);
    if (mostMs > leastMs && !this.isHinted && !signal.aborted) await this.next(mostMs - leastMs, signal);
    this.isHinted = false;
  }

  private async next(withinMs: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.wake = () => (clearTimeout(timer), resolve());
      signal.addEventListener('abort', this.wake, { once: true });
    });
    signal.removeEventListener('abort', this.wake);
    this.wake = () => undefined;
  }
}
