import { type DynamicModule, type ExecutionContext, Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerOptions, type ThrottlerStorage } from '@nestjs/throttler';
import { THROTTLER_LIMIT } from '@nestjs/throttler/dist/throttler.constants';
import { clientNetwork, pastLimit, RequestLimits } from '@scoreboard/application';
import { grants } from '@scoreboard/domain';
import type { AuthenticatedRequest } from './token.guard';

/** Requests a minute; 0 is no limit, and for reads none by address at all. */
export interface LimitsOptions {
  readonly writes: number;
  readonly reads: number;
}

/** The most new guests, and the most token requests, of one address in a minute. */
const MAX_ISSUED = 30;
const MINUTE = 60_000;

/**
 * `@nestjs/throttler`, counting in `RequestLimits`. A guarded route is limited by what its `@Throttle()` names: `writes`, `reads`,
 * `guests` and `tokens` are counted over all their routes, `default`, also without a `@Throttle()`, for each route by itself.
 */
@Module({})
export class LimitsModule {
  static forRoot({ writes, reads }: LimitsOptions): DynamicModule {
    const issued = Math.min(MAX_ISSUED, reads);
    const named = [
      // By the token's subject, so behind `TokenGuard`. A trusted service is not limited.
      namedLimit('writes', (context) => (grants(requestOf(context).user, 'scores:write:any') ? 0 : writes), bySubject),
      namedLimit('reads', () => reads, byNetwork),
      // Each guest has updates of its own, so who makes many would have no limit.
      namedLimit('guests', () => issued, byNetwork),
      // Each token request costs a scrypt, and may be a guess at a secret.
      namedLimit('tokens', () => issued, byNetwork),
    ];
    const otherwise: ThrottlerOptions = {
      name: 'default',
      limit: reads,
      ttl: MINUTE,
      getTracker: byNetwork,
      skipIf: (context) => !isNamed('default', context) && named.some(({ name }) => isNamed(name, context)),
    };
    return {
      module: LimitsModule,
      imports: [
        ThrottlerModule.forRootAsync({
          inject: [RequestLimits],
          useFactory: (limits: RequestLimits) => ({ throttlers: [otherwise, ...named], storage: storageOver(limits), setHeaders: false }),
        }),
      ],
    };
  }
}

/** A limit counted over all routes that name it. */
export interface NamedLimit extends ThrottlerOptions {
  readonly name: string;
  readonly limit: (context: ExecutionContext) => number;
  readonly ttl: number;
  readonly getTracker: (request: Record<string, any>) => string;
}

export const keyOf = (limit: string, tracker: string): string => `${limit}:${tracker}`;

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

/** Throws the refusal itself, so that `ThrottlerGuard` as it comes answers as `LimitGuard` does. */
const storageOver = (limits: RequestLimits): ThrottlerStorage => ({
  async increment(key, ttl, limit, _blockDuration, name) {
    const reached = await limits.take(key, limit, ttl);
    if (reached) throw pastLimit(name, reached);
    return { totalHits: 1, timeToExpire: ttl / 1_000, isBlocked: false, timeToBlockExpire: 0 };
  },
});
