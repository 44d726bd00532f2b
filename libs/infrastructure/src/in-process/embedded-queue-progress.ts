import { QueueProgress } from '@scoreboard/application';
import type { EmbeddedScoreQueue } from './embedded-score-queue';

/** Of a queue in this process, which is the only one that submits and applies commands. */
export class EmbeddedQueueProgress extends QueueProgress {
  constructor(private readonly queue: EmbeddedScoreQueue) {
    super();
  }

  async isAppliedUpTo(moment: number): Promise<boolean> {
    return this.queue.appliedUpTo > moment;
  }

  /** There are no others. */
  async report(): Promise<void> {}
  async leave(): Promise<void> {}
}
