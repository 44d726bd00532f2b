import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { IdentifySubscriber, TokenVerifier } from '@scoreboard/application';
import { provide } from '../provide';
import { GatewayOptions } from './channels/gateway-options';
import { Subscriptions } from './channels/subscriptions';
import { UpgradeRequiredController } from './upgrade-required.controller';

/** What both gateways share: their subscribers and channels. The app provides `BoardCache`, `Leaderboard`, `TokenVerifier` and `ErrorReporter`. */
@Module({
  controllers: [UpgradeRequiredController],
  providers: [provide(IdentifySubscriber, TokenVerifier), Subscriptions],
  exports: [Subscriptions, IdentifySubscriber],
})
export class SubscriptionsModule {
  static forRootAsync(options: Pick<FactoryProvider<GatewayOptions>, 'useFactory' | 'inject'>): DynamicModule {
    return { module: SubscriptionsModule, providers: [{ provide: GatewayOptions, ...options }] };
  }
}
