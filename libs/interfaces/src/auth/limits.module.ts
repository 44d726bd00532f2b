import { type DynamicModule, Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { Extensions } from '../extensions/extensions';
import type { OnAppCreated } from '../http/on-app-created';
import { limitControllers } from './limit-controllers';
import { LimitGuard, ROUTE_LIMITS } from './limit.guard';
import { type LimitsOptions, RouteLimitsModule } from './route-limits.module';

/**
 * The limits of a role's routes. The routes of extensions are guarded without asking for it, and an unchanged `ThrottlerGuard` of an extension has
 * the same limits as `LimitGuard`.
 */
@Module({})
export class LimitsModule implements OnAppCreated {
  constructor(
    private readonly guard: LimitGuard,
    private readonly modules: ModulesContainer,
    private readonly extensions: Extensions,
  ) {}

  static forRoot(options: LimitsOptions): DynamicModule {
    return {
      module: LimitsModule,
      imports: [
        RouteLimitsModule.forRootAsync({ useFactory: () => options }),
        ThrottlerModule.forRootAsync({ inject: [ROUTE_LIMITS], useFactory: (limits: ThrottlerModuleOptions) => limits }),
      ],
    };
  }

  onAppCreated(): void {
    limitControllers(this.modules, this.extensions, this.guard);
  }
}
