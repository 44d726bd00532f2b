import type { ProcessBatch } from './score-queue';
import type { Rejection, RejectionReason, ScoreCommand } from '@scoreboard/domain';
import { backoff, pause } from './backoff';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** The batch being processed. */
export interface CurrentBatch {
  readonly commands: readonly ScoreCommand[];
  /** Stores rejected commands as dead letters before the batch is acknowledged. May be called again with the same ones. */
  storeDeadLetters(rejections: readonly Rejection[]): Promise<void>;
  /** False once a retry is pointless, because the queue delivers the batch again. */
  isWanted(): boolean;
}

/** Logger for batch failures; Nest's `Logger` fits. */
export interface BatchLog {
  warn(message: string): void;
  log(message: string): void;
}

/** Processes a batch with retries, and counts the results. */
export class BatchProcessor {
  batches = 0;
  /** Failed attempts. */
  failures = 0;
  readonly deadLettered: Record<RejectionReason, number> = { 'malformed': 0, 'key-conflict': 0, 'total-limit': 0, 'unprocessable': 0 };

  constructor(private readonly logger: BatchLog) {}

  /**
   * Retries until the batch is processed and its rejections are stored; then resolves with true: acknowledge the batch. Waits
   * 100 ms to 5 s between attempts. Resolves with false if the batch is no longer wanted or `stop` is aborted. A running
   * attempt is always awaited.
   */
  async run(process: ProcessBatch, batch: CurrentBatch, stop: AbortSignal): Promise<boolean> {
    for (let failures = 0; batch.isWanted() && !stop.aborted; failures++) {
      try {
        const rejections = batch.commands.length > 0 ? await process(batch.commands) : [];
        await batch.storeDeadLetters(rejections);
        for (const { reason } of rejections) this.deadLettered[reason]++;
        if (failures > 0) this.logger.log(`a batch of ${batch.commands.length} commands succeeded after ${failures} failed attempts`);
        this.batches++;
        return true;
      } catch (error) {
        this.failures++;
        if (failures === 0) this.logger.warn(`a batch of ${batch.commands.length} commands failed and will be retried: ${describe(error)}`);
        await pause(backoff(failures, FIRST_RETRY_MS, LAST_RETRY_MS), stop);
      }
    }
    return false;
  }

  /** Counts dead letters that no batch rejected: messages or parts of them that hold no valid command. */
  countMalformed(count: number): void {
    this.deadLettered.malformed += count;
  }
}

/** An `AggregateError` of several connection attempts has a code but no message. */
const describe = (error: unknown): string => (error instanceof Error && (error.message || (error as { code?: string }).code)) || String(error);
