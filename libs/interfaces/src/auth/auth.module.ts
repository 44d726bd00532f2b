import { type DynamicModule, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AuditLog, ClientSecrets, ErrorReporter, IssueToken, ServiceClients, TokenSigner } from '@scoreboard/application';
import { provide } from '../provide';
import { GuestController, GuestOptions } from './guest.controller';
import { KeySetController } from './key-set.controller';
import { TokenController } from './token.controller';

/** Who may: tokens made here, and the key to verify them with. Guards and verification are used by the other modules; the app provides verifier, strategy and limits globally. */
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
