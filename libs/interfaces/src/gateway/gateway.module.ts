import { type DynamicModule, Module } from '@nestjs/common';
import { IdentifySubscriber, TokenVerifier } from '@scoreboard/application';
import { provide } from '../provide';
import { Subscriptions } from './channels/subscriptions';
import { BoardGateway } from './board.gateway';
import { GatewayOptions } from './gateway-options';
import { PlainBoardGateway } from './plain-board.gateway';

/** The push path. `BoardCache`, `Leaderboard`, `TokenVerifier` and `ErrorReporter` are provided by the app; so is the adapter that carries both gateways. */
@Module({ providers: [provide(IdentifySubscriber, TokenVerifier), Subscriptions, BoardGateway, PlainBoardGateway], exports: [Subscriptions, IdentifySubscriber] })
export class GatewayModule {
  static forRoot(options: GatewayOptions): DynamicModule {
    return { module: GatewayModule, providers: [{ provide: GatewayOptions, useValue: options }] };
  }
}
