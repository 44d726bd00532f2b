import type { LedgerConsumers } from '@scoreboard/application';
import { Gauge } from 'prom-client';
import { counters } from './metrics';

/** Metrics of the consumers of ledger events. Lag and events that are set aside are known by the process that holds the consumer's lease. */
export function measureConsumers(consumers: LedgerConsumers): void {
  const stats = (name: 'processed' | 'failures') => () => Object.fromEntries(consumers.all.map(({ definition, stats: counted }) => [definition.name, counted[name]]));
  counters('scoreboard_consumer_events_total', 'Ledger events that a consumer processed', 'consumer', stats('processed'));
  counters('scoreboard_consumer_failures_total', 'Tries of a consumer that failed', 'consumer', stats('failures'));
  held('scoreboard_consumer_lag_seconds', 'Age of the oldest ledger event that a consumer has not processed', () => consumers.all.map(({ definition, lagSeconds }) => [definition.name, lagSeconds]));
  held('scoreboard_consumer_set_aside_events', 'Ledger events that a consumer set aside', () => consumers.all.map(({ definition, setAside }) => [definition.name, setAside]));
}

/** Without a value there is no series. */
function held(name: string, help: string, read: () => (readonly [consumer: string, value: number | undefined])[]): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: ['consumer'],
    collect() {
      this.reset();
      for (const [consumer, value] of read()) if (value !== undefined) this.set({ consumer }, value);
    },
  });
}
