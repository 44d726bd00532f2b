import { type DynamicModule, Module } from '@nestjs/common';
import { ErrorReporter, RateCounters, RequestLimits } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { SharedRateCounters } from './shared-rate-counters';
import { SlidingWindowLimits } from './sliding-window-limits';

/** The most new guests, and the most token requests, of one address in a minute. */
const MAX_ISSUED = 30;

/** Limits of requests: counted for all replicas together where `RateCounters` are provided, else in this process. */
@Module({})
export class RateLimitsModule {
  static forRoot(settings: Pick<Settings, 'RATE_LIMIT_WRITES' | 'RATE_LIMIT_READS'>): DynamicModule {
    return {
      module: RateLimitsModule,
      global: true,
      providers: [
        {
          provide: RequestLimits,
          useFactory: (faults: ErrorReporter, counts?: RateCounters) => new SlidingWindowLimits({ limits: limitsOf(settings), shared: counts && new SharedRateCounters(counts, faults) }),
          inject: [ErrorReporter, { token: RateCounters, optional: true }],
        },
      ],
      exports: [RequestLimits],
    };
  }
}

/** Requests a minute; 0 is no limit, and for reads none by address at all. */
function limitsOf({ RATE_LIMIT_WRITES: writes, RATE_LIMIT_READS: reads }: Pick<Settings, 'RATE_LIMIT_WRITES' | 'RATE_LIMIT_READS'>) {
  const issued = Math.min(MAX_ISSUED, reads);
  return { writes, reads, guests: issued, tokens: issued };
}
