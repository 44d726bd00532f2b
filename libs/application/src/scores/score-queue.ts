import type { Rejection, RejectionReason, ScoreCommand } from '@scoreboard/domain';

/** Processes a batch in order and resolves with the commands that can never be applied. If it throws, the same batch is retried later. */
export type ProcessBatch = (commands: readonly ScoreCommand[]) => Promise<readonly Rejection[]>;

/** A running consumer. */
export interface ConsumerHandle {
  /** Stops receiving commands, finishes and acknowledges the current batch, then resolves. Commands that were not started go to the next consumer. */
  close(): Promise<void>;
}

/** How a command is queued. */
export interface SubmitOptions {
  /** Somebody waits until the command is applied: it is not held back to make batches larger. */
  readonly isAwaited?: boolean;
}

/** Counters since the start and the current state, for metrics. */
export interface ScoreQueueStats {
  /** Commands that are waiting for confirmation. */
  readonly unconfirmed: number;
  /** Age in seconds of the oldest command that was delivered to this process and is not applied; 0 if there is none. */
  readonly oldestAgeSeconds: number;
  readonly confirmed: number;
  readonly refused: number;
  /** Commands that were not confirmed in time and may have been queued. */
  readonly unknown: number;
  /** Batches acknowledged. */
  readonly batches: number;
  /** Failed attempts to process a batch. The batch is kept and retried. */
  readonly failures: number;
  readonly deadLettered: Readonly<Record<RejectionReason, number>>;
  readonly channelReopens: number;
  /** Also false if that side was never used. */
  readonly publishConnected: boolean;
  readonly consumeConnected: boolean;
  /** The broker accepts no messages because it is low on memory or disk space. */
  readonly blocked: boolean;
}

/**
 * The durable queue between accepting a command and applying it.
 *
 * Delivery is at least once: a command may be delivered again after a crash, and with several consumers two commands may arrive
 * in either order. `ScoreLedger.apply` makes both harmless. Adapters emit `message.confirmed` and `message.applied`.
 */
export abstract class ScoreQueue {
  /**
   * Resolves when the command is durable: from then on it is delivered until it is processed. The command is copied.
   * Commands submitted at the same time share a message; a single command waits only for one round trip to the queue.
   *
   * Throws the refusal `queue-unavailable` if the command is not confirmed within two seconds: `outcome` is `refused` if it was
   * certainly not queued, `unknown` (with the `commandId`) if it may have been queued. The number of waiting commands is bounded.
   */
  abstract submit(command: ScoreCommand, options?: SubmitOptions): Promise<void>;

  /**
   * Delivers batches to `process`, one at a time. A batch holds what arrived while the previous one ran, up to a limit. Under load
   * a queue may hold commands back for up to 10 ms, because one large batch costs less than two small ones. A batch is
   * acknowledged after `process` resolves; before that, rejected commands and malformed messages are stored as dead letters
   * with their reason. If `process` throws, the same batch is retried with backoff, without using up the broker's delivery
   * limit. Reconnects automatically after the loss of the server.
   */
  abstract consume(process: ProcessBatch): Promise<ConsumerHandle>;

  /** Whether every side in use (publishing, consuming) is connected. */
  abstract isUp(): boolean;

  abstract stats(): ScoreQueueStats;
}
