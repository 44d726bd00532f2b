import { Global, Module } from '@nestjs/common';
import { ErrorReporter, RateCounters, RequestLimits } from '@scoreboard/application';
import { SharedRateCounters } from './shared-rate-counters';
import { SlidingWindowLimits } from './sliding-window-limits';

/** Request limits: shared by all replicas if `RateCounters` is provided, otherwise per process. */
@Global()
@Module({
  providers: [
    {
      provide: RequestLimits,
      useFactory: (errors: ErrorReporter, counts?: RateCounters) => new SlidingWindowLimits({ shared: counts && new SharedRateCounters(counts, errors) }),
      inject: [ErrorReporter, { token: RateCounters, optional: true }],
    },
  ],
  exports: [RequestLimits],
})
export class RateLimitsModule {}
