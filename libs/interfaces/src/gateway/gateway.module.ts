import { type DynamicModule, Module } from '@nestjs/common';
import { IdentifyViewer, TokenVerifier } from '@scoreboard/application';
import { provide } from '../provide';
import { Audience } from './channels/audience';
import { BoardGateway } from './board.gateway';
import { GatewayOptions } from './gateway-options';
import { PlainBoardGateway } from './plain-board.gateway';
import { UpgradeRequiredController } from './upgrade-required.controller';

/** The push path. `LiveBoard`, `Leaderboard`, `TokenVerifier` and `FaultLog` are provided by the app; so is the adapter that carries both gateways. */
@Module({
  controllers: [UpgradeRequiredController],
  providers: [provide(IdentifyViewer, TokenVerifier), Audience, BoardGateway, PlainBoardGateway],
  exports: [Audience, IdentifyViewer],
})
export class GatewayModule {
  static forRoot(options: GatewayOptions): DynamicModule {
    return { module: GatewayModule, providers: [{ provide: GatewayOptions, useValue: options }] };
  }
}
