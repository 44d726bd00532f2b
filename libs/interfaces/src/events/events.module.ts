import { Module } from '@nestjs/common';
import { BoardCache, ErrorReporter, ReadEvents } from '@scoreboard/application';
import { LedgerEvents } from '@scoreboard/domain';
import { provide } from '../provide';
import { EventsController } from './events.controller';

/** Ledger events over HTTP. The app provides the ports, `BoardCache`, verifier and limits globally. */
@Module({ controllers: [EventsController], providers: [provide(ReadEvents, LedgerEvents, BoardCache, ErrorReporter)] })
export class EventsModule {}
