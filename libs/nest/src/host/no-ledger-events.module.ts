import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { LedgerConsumers } from '@scoreboard/application';
import { LedgerEventDiscovery } from '@scoreboard/interfaces';

/** With a ledger of the host's own: a consumer stops the start, because nothing would ever call it. */
const refusing: Pick<LedgerConsumers, 'add'> = {
  add({ name }) {
    throw new Error(`@OnLedgerEvent with the consumer ${name}: adapters.ledger has no ledger events. Use PostgreSQL or the embedded database.`);
  },
};

/** Takes the place of `LedgerConsumersModule` where there are no ledger events. */
@Global()
@Module({ imports: [DiscoveryModule], providers: [LedgerEventDiscovery, { provide: LedgerConsumers, useValue: refusing }] })
export class NoLedgerEventsModule {}
