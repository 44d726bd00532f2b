import { LedgerEvents } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { EventConsumers } from './event-consumers';
import type { ConsumerDefinition, ConsumerTiming } from './consumer-definition';
import { LedgerConsumer } from './ledger-consumer';

/** A process that dies keeps others from continuing for 15 s; without a hint, new events are found within half a second. */
const TIMING: ConsumerTiming = { leaseMs: 15_000, idleMs: 500 };

/** The name of a consumer: 1 to 64 of `a-z 0-9 . _ : -`. */
export const CONSUMER_NAME = /^[a-z0-9][a-z0-9._:-]{0,63}$/;

/** The consumers of ledger events in this process. Without one, nothing runs. */
export class LedgerConsumers {
  private readonly consumers = new Map<string, LedgerConsumer>();

  constructor(
    private readonly events: LedgerEvents,
    private readonly store: EventConsumers,
    private readonly errors: ErrorReporter,
    private readonly timing = TIMING,
  ) {}

  /** Adds a consumer before the start. Throws if there is one of this name. */
  add(definition: ConsumerDefinition): void {
    const { name } = definition;
    if (this.consumers.has(name)) throw new Error(`Two consumers are named ${name} and would share one position. Rename one of them.`);
    this.consumers.set(name, new LedgerConsumer(definition, this.events, this.store, this.errors, this.timing));
  }

  get all(): readonly LedgerConsumer[] {
    return [...this.consumers.values()];
  }

  start(): void {
    for (const consumer of this.all) consumer.start();
  }

  /** The ledger has just changed. */
  hint(): void {
    for (const consumer of this.all) consumer.hint();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((consumer) => consumer.stop()));
  }
}
