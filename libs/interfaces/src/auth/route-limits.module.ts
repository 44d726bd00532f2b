import { type DynamicModule, type ExecutionContext, type FactoryProvider, Module } from '@nestjs/common';
import type { ThrottlerModuleOptions, ThrottlerOptions, ThrottlerStorage } from '@nestjs/throttler';
import { THROTTLER_LIMIT } from '@nestjs/throttler/dist/throttler.constants';
import { clientNetwork, pastLimit, RequestLimits } from '@scoreboard/application';
import { grants } from '@scoreboard/domain';
import { LimitGuard, ROUTE_LIMITS } from './limit.guard';
import { keyOf, type NamedLimit } from './named-limit';
import type { AuthenticatedRequest } from './token.guard';

/** Requests per minute; 0 means no limit, and for `reads` no limit by address at all. */
export interface LimitsOptions {
  readonly writes: number;
  readonly reads: number;
}

/** Maximum number of new guests, and of token requests, per address and minute. */
const MAX_ISSUED = 30;
const MINUTE = 60_000;

const OPTIONS = Symbol('limits per minute');

/**
 * The limits of our routes, for `LimitGuard`, with counts in `RequestLimits`. The `@Throttle()` of a guarded route names its limit: `writes`, `reads`,
 * `guests` and `tokens` count all their routes together; `default`, which also applies without `@Throttle()`, counts each route separately.
 */
@Module({})
export class RouteLimitsModule {
  static forRootAsync(options: Pick<FactoryProvider<LimitsOptions>, 'useFactory' | 'inject'>): DynamicModule {
    return {
      module: RouteLimitsModule,
      global: true,
      providers: [{ provide: OPTIONS, ...options }, { provide: ROUTE_LIMITS, useFactory: routeLimits, inject: [OPTIONS, RequestLimits] }, LimitGuard],
      exports: [ROUTE_LIMITS, LimitGuard],
    };
  }
}

function routeLimits({ writes, reads }: LimitsOptions, limits: RequestLimits): ThrottlerModuleOptions {
  const issued = Math.min(MAX_ISSUED, reads);
  const named = [
    // By the token's subject, so it must come after `TokenGuard`. A trusted service is not limited.
    namedLimit('writes', (context) => (grants(requestOf(context).user, 'scores:write:any') ? 0 : writes), bySubject),
    namedLimit('reads', () => reads, byNetwork),
    // Each guest has its own limit of updates, so a client that creates many guests would have none.
    namedLimit('guests', () => issued, byNetwork),
    // Each token request costs one scrypt, and may be an attempt to guess a secret.
    namedLimit('tokens', () => issued, byNetwork),
  ];
  const otherwise: ThrottlerOptions = {
    name: 'default',
    limit: reads,
    ttl: MINUTE,
    getTracker: byNetwork,
    skipIf: (context) => !isNamed('default', context) && named.some(({ name }) => isNamed(name, context)),
  };
  return { throttlers: [otherwise, ...named], storage: storageOver(limits), setHeaders: false };
}

const namedLimit = (name: string, limit: NamedLimit['limit'], getTracker: NamedLimit['getTracker']): NamedLimit => ({
  name,
  limit,
  ttl: MINUTE,
  getTracker,
  generateKey: (_context, tracker) => keyOf(name, tracker),
  skipIf: (context) => !isNamed(name, context),
});

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<AuthenticatedRequest>();
const bySubject = ({ user }: Record<string, any>): string => `${user.issuer} ${user.subject}`;
const byNetwork = ({ clientAddress }: Record<string, any>): string => clientNetwork(clientAddress);

const isNamed = (name: string, context: ExecutionContext): boolean =>
  [context.getHandler(), context.getClass()].some((target) => Reflect.hasMetadata(THROTTLER_LIMIT + name, target));

/** Throws the refusal itself, so that an unchanged `ThrottlerGuard` gives the same answer as `LimitGuard`. */
const storageOver = (limits: RequestLimits): ThrottlerStorage => ({
  async increment(key, ttl, limit, _blockDuration, name) {
    const reached = await limits.take(key, limit, ttl);
    if (reached) throw pastLimit(name, reached);
    return { totalHits: 1, timeToExpire: ttl / 1_000, isBlocked: false, timeToBlockExpire: 0 };
  },
});
