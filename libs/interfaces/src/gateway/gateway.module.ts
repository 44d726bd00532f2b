import { type DynamicModule, Module } from '@nestjs/common';
import { BoardGateway } from './board.gateway';
import type { GatewayOptions } from './channels/gateway-options';
import { PlainBoardGateway } from './plain-board.gateway';
import { SubscriptionsModule } from './subscriptions.module';

/** The real-time gateways of a role. The app provides what `SubscriptionsModule` needs, and the adapter that serves both gateways. */
@Module({ providers: [BoardGateway, PlainBoardGateway], exports: [SubscriptionsModule] })
export class GatewayModule {
  static forRoot(options: GatewayOptions): DynamicModule {
    return { module: GatewayModule, imports: [SubscriptionsModule.forRootAsync({ useFactory: () => options })] };
  }
}
