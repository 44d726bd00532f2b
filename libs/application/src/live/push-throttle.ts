/**
 * Runs a task on request, but at most once per `intervalMs`: immediately on the first request, and once more at the end of the
 * interval if there were requests meanwhile, so the task always sees the latest state. Never two runs at a time.
 *
 * The task must not fail: an unhandled rejection ends the process.
 */
export class PushThrottle {
  private isAsked = false;
  private isRunning = false;
  private isStopped = false;
  private pause?: NodeJS.Timeout;

  constructor(
    private readonly task: () => void | Promise<void>,
    private readonly intervalMs: number,
  ) {}

  /** Requests a run. Any number of requests before the next run cause one run. O(1). */
  request(): void {
    this.isAsked = true;
    if (!this.isRunning) void this.run();
  }

  /** Starts no more runs; the current one finishes. */
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
