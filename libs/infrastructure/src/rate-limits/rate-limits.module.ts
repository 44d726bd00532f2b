import { Global, Module } from '@nestjs/common';
import { FaultLog, HitCounts, RequestLimits } from '@scoreboard/application';
import { SharedHits } from './shared-hits';
import { SlidingWindowLimits } from './sliding-window-limits';

/** Counts of requests: for all replicas together where `HitCounts` are provided, else in this process. */
@Global()
@Module({
  providers: [
    {
      provide: RequestLimits,
      useFactory: (faults: FaultLog, counts?: HitCounts) => new SlidingWindowLimits({ shared: counts && new SharedHits(counts, faults) }),
      inject: [FaultLog, { token: HitCounts, optional: true }],
    },
  ],
  exports: [RequestLimits],
})
export class RateLimitsModule {}
