import type { EventPosition } from '@scoreboard/domain';
import type { SetAsideEvent } from './event-consumers';

/** A consumer as an operator sees it. */
export interface ConsumerRecord {
  readonly consumer: string;
  readonly position: EventPosition;
  /** Whether a process holds its lease now. */
  readonly isRunning: boolean;
  /** How often the next event has failed, why, and when it is tried again. */
  readonly failures: number;
  readonly problem?: string;
  readonly retryAt?: Date;
  readonly setAside: number;
}

export interface SetAsideRecord extends SetAsideEvent {
  readonly consumer: string;
  readonly tries: number;
  readonly problem: string;
  readonly at: Date;
  /** Whether it will be tried again. */
  readonly retry: boolean;
}

/** What an operator may do with the consumers of ledger events. The consumers notice it within the time of a lease. */
export abstract class ConsumerRecords {
  /** All consumers, by name. */
  abstract list(): Promise<readonly ConsumerRecord[]>;

  /** The events that a consumer set aside, in order, at most 1,000; without a name those of all. */
  abstract listSetAside(consumer?: string): Promise<readonly SetAsideRecord[]>;

  /** How many events of the consumer are set aside; only this one if given. */
  abstract countSetAside(consumer: string, event?: EventPosition): Promise<number>;

  /** Asks for another try, which does not wait for its turn. Resolves with how many. */
  abstract retry(consumer: string, event?: EventPosition): Promise<number>;

  /** Deletes them permanently. Resolves with how many. */
  abstract drop(consumer: string, event?: EventPosition): Promise<number>;

  /** Sends the consumer back, or forward, to a position. False if there is no such consumer. */
  abstract move(consumer: string, position: EventPosition): Promise<boolean>;
}
