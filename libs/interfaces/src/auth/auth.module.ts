import { type DynamicModule, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { GuestController, GuestOptions } from './guest.controller';

/** Who may: tokens made here. Guards and verification are used by the other modules; the app provides verifier, strategy and throttlers globally. */
@Module({})
export class AuthModule {
  static forRoot(options: GuestOptions): DynamicModule {
    return { module: AuthModule, imports: [PassportModule], controllers: [GuestController], providers: [{ provide: GuestOptions, useValue: options }] };
  }
}
