const BURST = 20;
const PER_SECOND = 10;

/** What one client may send: 20 messages at once, and 10 a second on the whole (a token bucket). O(1), no timer. */
export class MessageBudget {
  private left = BURST;
  private at = performance.now();

  /** Takes one message; false for one too many. */
  spend(): boolean {
    const now = performance.now();
    this.left = Math.min(BURST, this.left + ((now - this.at) / 1_000) * PER_SECOND);
    this.at = now;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
