import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerGuard, type ThrottlerModuleOptions, type ThrottlerStorage } from '@nestjs/throttler';
import {
  THROTTLER_BLOCK_DURATION,
  THROTTLER_KEY_GENERATOR,
  THROTTLER_LIMIT,
  THROTTLER_SKIP,
  THROTTLER_TRACKER,
  THROTTLER_TTL,
} from '@nestjs/throttler/dist/throttler.constants';
import { pastLimit, type ReachedLimit, RequestLimits } from '@scoreboard/application';
import { keyOf, type NamedLimit } from './named-limit';

/** The limits of our routes: `RouteLimitsModule`. A host may have a `ThrottlerModule` with others. */
export const ROUTE_LIMITS = Symbol('limits of our routes');

/** The properties of a limit that decorators can change. */
const CHANGES = [THROTTLER_SKIP, THROTTLER_LIMIT, THROTTLER_TTL, THROTTLER_BLOCK_DURATION, THROTTLER_TRACKER, THROTTLER_KEY_GENERATOR];

/**
 * A `ThrottlerGuard` that costs a fifteenth for routes with one unchanged named limit, such as `@Throttle({ reads: {} })`: it reads
 * the decorators of such a route once, and usually answers without a promise.
 */
@Injectable()
export class LimitGuard extends ThrottlerGuard {
  private readonly known = new Map<unknown, { readonly controller: unknown; readonly limit?: NamedLimit }>();

  constructor(
    @Inject(ROUTE_LIMITS) options: ThrottlerModuleOptions,
    // In this place, because Nest also reads what the base class injects as its second parameter.
    @Inject(ROUTE_LIMITS) { storage }: { readonly storage: ThrottlerStorage },
    reflector: Reflector,
    private readonly limits: RequestLimits,
  ) {
    super(options, storage, reflector);
  }

  // `any`, because `ThrottlerGuard` only allows a promise.
  override canActivate(context: ExecutionContext): any {
    const named = this.namedLimitOf(context);
    if (!named) return super.canActivate(context);
    const limit = named.limit(context);
    if (!limit) return true;
    const caller = named.getTracker(context.switchToHttp().getRequest());
    const reached = this.limits.take(keyOf(named.name, caller), limit, named.ttl);
    return reached instanceof Promise ? reached.then((later) => unlessReached(named.name, later)) : unlessReached(named.name, reached);
  }

  private namedLimitOf(context: ExecutionContext): NamedLimit | undefined {
    const handler = context.getHandler();
    const controller = context.getClass();
    let known = this.known.get(handler);
    // Two controllers may inherit the same handler.
    if (known?.controller !== controller) this.known.set(handler, (known = { controller, limit: this.readNamedLimit(context) }));
    return known!.limit;
  }

  private readNamedLimit(context: ExecutionContext): NamedLimit | undefined {
    const [limit, ...more] = this.throttlers.filter(({ skipIf }) => !skipIf?.(context));
    if (!limit || limit.name === 'default' || more.length) return undefined;
    const targets = [context.getHandler(), context.getClass()];
    const isChanged = CHANGES.some((what) => this.reflector.getAllAndOverride(what + limit.name, targets) !== undefined);
    return isChanged ? undefined : (limit as NamedLimit);
  }
}

function unlessReached(name: string, reached?: ReachedLimit): true {
  if (reached) throw pastLimit(name, reached);
  return true;
}
