import { SetMetadata } from '@nestjs/common';
import type { LedgerEventType } from '@scoreboard/domain';

/** The metadata key of `@OnLedgerEvent()`. */
export const ON_LEDGER_EVENT = 'scoreboard:on-ledger-event';

/** Which ledger events a method gets, and how. */
export interface LedgerEventOptions {
  /** Names the durable position: 1 to 64 of `a-z 0-9 . _ : -`. Another name is another consumer, which starts anew. */
  readonly consumer: string;
  readonly types: readonly LedgerEventType[];
  /** Where the consumer starts the first time. Default: `now`. */
  readonly startFrom?: 'now' | 'beginning';
  /** The method gets an array of at most so many events (1 to 200) instead of one event. */
  readonly batchSize?: number;
  /** An event that failed so often, 1 or more, is set aside. Default: 10, which takes about three minutes. */
  readonly maxTries?: number;
}

/**
 * Marks a method of a provider that gets events of the ledger: `(event, signal)`, or `(events, signal)` with `batchSize`. It runs in the worker and in the
 * standalone, in one process at a time. It gets each event at least once and in order; it must not mind one that it had before.
 */
export const OnLedgerEvent = (options: LedgerEventOptions): MethodDecorator => SetMetadata(ON_LEDGER_EVENT, options);
