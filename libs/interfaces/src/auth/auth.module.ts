import { type DynamicModule, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AuditLog, ClientSecrets, ErrorReporter, IssueToken, ServiceClients, TokenSigner } from '@scoreboard/application';
import { provide } from '../provide';
import { GuestController, GuestOptions } from './guest.controller';
import { KeySetController } from './key-set.controller';
import { TokenController } from './token.controller';

/** Issues tokens, and publishes the key that verifies them. The other modules use the guards; the app provides verifier, strategy and limits globally. */
@Module({})
export class AuthModule {
  static forRoot(options: GuestOptions): DynamicModule {
    return {
      module: AuthModule,
      imports: [PassportModule],
      controllers: [GuestController, KeySetController, TokenController],
      providers: [
        { provide: GuestOptions, useValue: options },
        provide(ClientSecrets),
        provide(IssueToken, ServiceClients, ClientSecrets, TokenSigner, AuditLog, ErrorReporter),
      ],
    };
  }
}
