/** Does a task now and again, one run at a time; a run that fails is reported and the next one comes all the same. */
export class IntervalTask {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(
    private readonly task: () => Promise<void>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Runs at once, and then every `intervalMs` unless the run before still goes on. */
  start(intervalMs: number): void {
    const run = () => {
      this.running ??= this.task()
        .catch(this.onFault)
        .finally(() => (this.running = undefined));
    };
    run();
    this.timer = setInterval(run, intervalMs);
  }

  /** Waits for the run that goes on. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
