import type { ProcessBatch } from './score-queue';
import type { Rejection, RejectionReason, ScoreCommand } from '@scoreboard/domain';
import { backoff, pause } from './backoff';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** One batch in hand. */
export interface BatchInHand {
  readonly commands: readonly ScoreCommand[];
  /** Stores what can never be applied, before the batch is acknowledged; may be called again with the same. */
  park(rejections: readonly Rejection[]): Promise<void>;
  /** False once another try would be in vain, because what was delivered comes again by itself. */
  isWanted(): boolean;
}

/** Where failures of a batch are written; Nest's logger is one. */
export interface BatchLog {
  warn(message: string): void;
  log(message: string): void;
}

/** Takes a batch through `process`, whatever it takes, and counts. */
export class BatchProcessor {
  batches = 0;
  /** Tries that failed. */
  failures = 0;
  readonly deadLettered: Record<RejectionReason, number> = { 'malformed': 0, 'key-conflict': 0, 'total-limit': 0, 'unprocessable': 0 };

  constructor(private readonly logger: BatchLog) {}

  /**
   * Tries until the batch is processed and its rejections are parked; true means: acknowledge it. Between tries it waits,
   * 100 ms to 5 s. False when it is not wanted any more or `stop` was aborted; a try that runs is always waited for.
   */
  async run(process: ProcessBatch, batch: BatchInHand, stop: AbortSignal): Promise<boolean> {
    for (let failures = 0; batch.isWanted() && !stop.aborted; failures++) {
      try {
        const rejections = batch.commands.length > 0 ? await process(batch.commands) : [];
        await batch.park(rejections);
        for (const { reason } of rejections) this.deadLettered[reason]++;
        if (failures > 0) this.logger.log(`a batch of ${batch.commands.length} commands went through after ${failures} failed tries`);
        this.batches++;
        return true;
      } catch (error) {
        this.failures++;
        if (failures === 0) this.logger.warn(`a batch of ${batch.commands.length} commands failed and is kept and tried again: ${describe(error)}`);
        await pause(backoff(failures, FIRST_RETRY_MS, LAST_RETRY_MS), stop);
      }
    }
    return false;
  }
}

/** What several failed tries are made of bears a code and no message. */
const describe = (error: unknown): string => (error instanceof Error && (error.message || (error as { code?: string }).code)) || String(error);
