import { type LedgerEvent, type LedgerEventType, usersOf } from '@scoreboard/domain';

/** Who wants which events, and what happens with them. */
export interface ConsumerDefinition {
  /** Names the durable position: 1 to 64 of `a-z 0-9 . _ : -`. */
  readonly name: string;
  readonly types: readonly LedgerEventType[];
  /** Where a new consumer starts. */
  readonly startFrom: 'now' | 'beginning';
  /** How many events one call gets at most. */
  readonly batchSize: number;
  /** An event that failed so often is set aside. */
  readonly maxTries: number;
  /** The first pause before another try, and the longest, in ms. */
  readonly retryMs: readonly [first: number, most: number];
  /** Throws if the events must be tried again. `signal` is aborted when the process ends or has lost the lease: then stop soon. */
  handle(events: readonly LedgerEvent[], signal: AbortSignal): Promise<unknown>;
}

/** Times of a consumer of ledger events, in ms. For tests. */
export interface ConsumerTiming {
  /** How long a process that died keeps others from continuing. */
  readonly leaseMs: number;
  /** How long to wait for new events if no hint comes. */
  readonly idleMs: number;
}

/** The longest problem that is stored, in characters. */
const MAX_PROBLEM = 500;

/** A message for the operator that names no user, so that nothing about a forgotten one is left. */
export function problemOf(error: unknown, batch: readonly LedgerEvent[]): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return batch.flatMap(usersOf).reduce((text, userId) => text.replaceAll(userId, '<user>'), message).slice(0, MAX_PROBLEM);
}
