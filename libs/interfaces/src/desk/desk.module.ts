import { type DynamicModule, Module } from '@nestjs/common';
import { AuditLog, ConsumerRecords, DeadLetters, ErrorReporter, ListClients, ReadAuditLog, ReviewConsumers, ReviewDeadLetters, ServiceClients } from '@scoreboard/application';
import { provide } from '../provide';
import { AuditController } from './audit.controller';
import { ClientsController } from './clients.controller';
import { ConsumersController } from './consumers.controller';
import { DeadLettersController } from './dead-letters.controller';

/** What the desk needs besides moderation, over HTTP. Nothing of it where the desk is off. The app provides the ports and the verifier globally. */
@Module({})
export class DeskModule {
  static forRoot({ isOn }: { readonly isOn: boolean }): DynamicModule {
    if (!isOn) return { module: DeskModule };
    return {
      module: DeskModule,
      controllers: [AuditController, DeadLettersController, ConsumersController, ClientsController],
      providers: [
        provide(ReadAuditLog, AuditLog, ErrorReporter),
        provide(ReviewDeadLetters, DeadLetters, AuditLog, ErrorReporter),
        provide(ReviewConsumers, ConsumerRecords, AuditLog, ErrorReporter),
        provide(ListClients, ServiceClients, ErrorReporter),
      ],
    };
  }
}
