import type { Rejection, RejectionReason, ScoreCommand } from '@scoreboard/domain';

/** Processes a batch, in order; resolves with the commands that can never be applied. Throwing means: try the same batch again later. */
export type ProcessBatch = (commands: readonly ScoreCommand[]) => Promise<readonly Rejection[]>;

/** A running consumer. */
export interface ConsumerHandle {
  /** Stops taking commands, finishes and acknowledges the batch in hand, then resolves. What was not started is delivered to the next consumer. */
  close(): Promise<void>;
}

/** What a queue did since it was made, and how it is; for the metrics. */
export interface ScoreQueueStats {
  /** Commands that wait for their receipt now. */
  readonly unconfirmed: number;
  /** Age in seconds of the oldest command that was delivered here and is not applied; 0 where there is none. */
  readonly oldestAgeSeconds: number;
  readonly confirmed: number;
  readonly refused: number;
  /** Commands of which nobody could tell in time. */
  readonly unknown: number;
  /** Batches acknowledged. */
  readonly batches: number;
  /** Tries of a batch that failed; the batch was kept. */
  readonly failures: number;
  readonly deadLettered: Readonly<Record<RejectionReason, number>>;
  readonly channelReopens: number;
  /** False as well while that side was never used. */
  readonly publishConnected: boolean;
  readonly consumeConnected: boolean;
  /** The broker takes no messages: it is short of memory or disk. */
  readonly blocked: boolean;
}

/**
 * The durable line between accepting a command and applying it.
 *
 * At least once: a command may be delivered again after a crash, and two consumers may see two commands
 * in either order; `ScoreLedger.apply` makes that harmless. An adapter emits `message.confirmed` and `message.applied`.
 */
export abstract class ScoreQueue {
  /**
   * Resolves when the command is durable: from here on it will be delivered until it is processed. The command is
   * copied; a lone one waits no longer than the queue's own round trip. Commands that are submitted together travel together.
   *
   * Throws the refusal `queue-unavailable` within two seconds where that cannot be had: `outcome` is `refused` when it
   * surely was not queued, `unknown` (with the `commandId`) when nobody can tell. Never buffers without bound.
   */
  abstract submit(command: ScoreCommand): Promise<void>;

  /**
   * Delivers batches to `process`, one at a time: what has queued up while the last one ran, up to a limit. A batch is
   * acknowledged after `process` resolved; what it rejected, and messages that hold no command, are parked with the dead
   * letters and their reason first. When `process` throws, the same batch is tried again with a growing delay, without
   * burning delivery counts. Survives the loss of the server and comes back by itself.
   */
  abstract consume(process: ProcessBatch): Promise<ConsumerHandle>;

  /** Whether every side in use is served. */
  abstract isUp(): boolean;

  abstract stats(): ScoreQueueStats;
}
