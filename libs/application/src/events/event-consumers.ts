import type { EventPosition, LedgerEventType } from '@scoreboard/domain';

/** What the holder of a consumer's lease has to do. */
export interface ConsumerLease {
  /** Everything up to here is done. */
  readonly position: EventPosition;
  /** How often the next event has failed. */
  readonly failures: number;
  /** Until the next event may be tried again; 0 for now. */
  readonly retryInMs: number;
  /** How many events are set aside. */
  readonly setAside: number;
  /** Some of those that the operator wants to be tried again. */
  readonly retries: readonly SetAsideEvent[];
}

/** An event that failed as often as its consumer allows. */
export interface SetAsideEvent extends EventPosition {
  readonly type: LedgerEventType;
}

/** Who holds a consumer. Every call that changes it does nothing, and says so, if the lease was lost meanwhile. */
export interface ConsumerHolder {
  readonly consumer: string;
  /** A UUID of the process. */
  readonly holder: string;
}

/**
 * The positions of consumers, durable, with a lease that only one process holds. It expires by the store's own clock, so the clocks of processes do
 * not matter. A process that was paused beyond its lease may still be at work while another continues: so an event may be processed twice.
 */
export abstract class EventConsumers {
  /** Creates the consumer at this position, unless it exists. */
  abstract create(consumer: string, start: () => Promise<EventPosition>): Promise<void>;

  /** Takes the lease or renews it. Undefined while another process holds it. */
  abstract claim(by: ConsumerHolder, leaseMs: number): Promise<ConsumerLease | undefined>;

  abstract release(by: ConsumerHolder): Promise<void>;

  /** Everything up to `position` is done. Renews the lease. False if it was lost. */
  abstract advance(by: ConsumerHolder, position: EventPosition, leaseMs: number): Promise<boolean>;

  /** Everything up to `done` is done, and the next event failed. */
  abstract fail(by: ConsumerHolder, done: EventPosition, retryInMs: number, problem: string): Promise<boolean>;

  /** Puts this event aside and goes on behind it. */
  abstract setAside(by: ConsumerHolder, event: SetAsideEvent, tries: number, problem: string): Promise<boolean>;

  /** The result of a try that the operator asked for: without a problem the event is done. */
  abstract retried(consumer: string, event: EventPosition, problem?: string): Promise<void>;
}
