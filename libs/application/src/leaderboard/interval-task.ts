/** Runs a task periodically, one run at a time. A failed run is reported, and the task continues at the next interval. */
export class IntervalTask {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(
    private readonly task: () => Promise<void>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Runs the task now and then every `intervalMs`, unless the previous run has not finished. */
  start(intervalMs: number): void {
    const run = () => {
      this.running ??= this.task()
        .catch(this.onFault)
        .finally(() => (this.running = undefined));
    };
    run();
    this.timer = setInterval(run, intervalMs);
  }

  /** Starts no more runs and waits for the current one. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
