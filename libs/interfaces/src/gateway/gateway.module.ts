import { type DynamicModule, Module } from '@nestjs/common';
import { IdentifySubscriber, TokenVerifier } from '@scoreboard/application';
import { provide } from '../provide';
import { Subscriptions } from './channels/subscriptions';
import { BoardGateway } from './board.gateway';
import { GatewayOptions } from './gateway-options';
import { PlainBoardGateway } from './plain-board.gateway';
import { UpgradeRequiredController } from './upgrade-required.controller';

/** The real-time gateways. The app provides `BoardCache`, `Leaderboard`, `TokenVerifier` and `ErrorReporter`, and the adapter that serves both gateways. */
@Module({
  controllers: [UpgradeRequiredController],
  providers: [provide(IdentifySubscriber, TokenVerifier), Subscriptions, BoardGateway, PlainBoardGateway],
  exports: [Subscriptions, IdentifySubscriber],
})
export class GatewayModule {
  static forRoot(options: GatewayOptions): DynamicModule {
    return { module: GatewayModule, providers: [{ provide: GatewayOptions, useValue: options }] };
  }
}
