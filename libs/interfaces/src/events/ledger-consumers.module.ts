import { type BeforeApplicationShutdown, Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ErrorReporter, EventConsumers, LedgerConsumers } from '@scoreboard/application';
import { LedgerEvents, ScoreboardEvents } from '@scoreboard/domain';
import { LedgerEventDiscovery } from './ledger-event-discovery';

/** Runs the consumers of ledger events, in the worker and the standalone. The app provides the ports globally. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: LedgerConsumers,
      useFactory: (events: LedgerEvents, consumers: EventConsumers, errors: ErrorReporter) => new LedgerConsumers(events, consumers, errors),
      inject: [LedgerEvents, EventConsumers, ErrorReporter],
    },
    LedgerEventDiscovery,
  ],
  exports: [LedgerConsumers],
})
export class LedgerConsumersModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly consumers: LedgerConsumers,
    private readonly events: ScoreboardEvents,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.consumers.all.length) return;
    this.events.on('batch.applied', () => this.consumers.hint());
    this.consumers.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.consumers.stop();
  }
}
