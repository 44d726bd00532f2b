import { type DynamicModule, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { GuestController, GuestOptions } from './guest.controller';
import { KeySetController } from './key-set.controller';

/** Who may: tokens made here, and the key to verify them with. Guards and verification are used by the other modules; the app provides verifier, strategy and throttlers globally. */
@Module({})
export class AuthModule {
  static forRoot(options: GuestOptions): DynamicModule {
    return { module: AuthModule, imports: [PassportModule], controllers: [GuestController, KeySetController], providers: [{ provide: GuestOptions, useValue: options }] };
  }
}
