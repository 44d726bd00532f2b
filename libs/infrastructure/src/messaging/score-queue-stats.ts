import type { RejectionReason } from '@scoreboard/domain';

/** What a queue did since it was made, and how it is; for the metrics. */
export interface ScoreQueueStats {
  /** Commands that wait for their receipt now. */
  readonly unconfirmed: number;
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
