/**
 * Runs a task as often as asked, but at most once in `intervalMs`: the first time at once, and after the last request
 * once more if it came too soon, so the task always sees the last state. Never two runs at a time.
 *
 * The task must not fail: a rejection is nobody's to catch and ends the process.
 */
export class Throttle {
  private isAsked = false;
  private isRunning = false;
  private isStopped = false;
  private pause?: NodeJS.Timeout;

  constructor(
    private readonly task: () => void | Promise<void>,
    private readonly intervalMs: number,
  ) {}

  /** Asks for a run. O(1); any number of requests before the next run are one. */
  request(): void {
    this.isAsked = true;
    if (!this.isRunning) void this.run();
  }

  /** Starts no more runs; one under way goes on to its end. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.pause);
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.isAsked && !this.isStopped) {
      this.isAsked = false;
      // Counted from the start of the run, so a slow task does not stretch the interval.
      const pause = new Promise((resolve) => (this.pause = setTimeout(resolve, this.intervalMs)));
      await this.task();
      await pause;
    }
    this.isRunning = false;
  }
}
