import { type CanActivate, type ExecutionContext, Injectable, mixin } from '@nestjs/common';
import { clientNetwork, type LimitName, type ReachedLimit, RequestLimits } from '@scoreboard/application';
import { grants, Refusal } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';
import type { AuthenticatedRequest } from './token.guard';

/** Updates, by the token's subject; behind `TokenGuard`. A trusted service is not limited. */
@Injectable()
export class WriteLimitGuard implements CanActivate {
  constructor(private readonly limits: RequestLimits) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    return grants(user, 'scores:write:any') || pass(this.limits, 'writes', `${user.issuer} ${user.subject}`);
  }
}

/** By the client's network. */
function networkLimit(name: LimitName) {
  @Injectable()
  class NetworkLimitGuard implements CanActivate {
    constructor(private readonly limits: RequestLimits) {}

    canActivate(context: ExecutionContext): true | Promise<true> {
      return pass(this.limits, name, clientNetwork(context.switchToHttp().getRequest<FastifyRequest>().clientAddress));
    }
  }
  return mixin(NetworkLimitGuard);
}

export const ReadLimitGuard = networkLimit('reads');

/** Each guest has updates of its own, so who makes many would have no limit. */
export const GuestLimitGuard = networkLimit('guests');

/** Each token request costs a scrypt, and may be a guess at a secret. */
export const TokenLimitGuard = networkLimit('tokens');

function pass(limits: RequestLimits, name: LimitName, caller: string): true | Promise<true> {
  const reached = limits.take(name, caller);
  return reached instanceof Promise ? reached.then((later) => unlessReached(name, later)) : unlessReached(name, reached);
}

function unlessReached(name: LimitName, reached?: ReachedLimit): true {
  if (!reached) return true;
  const { limit, windowSeconds, resetSeconds } = reached;
  throw new Refusal('rate-limited', { detail: `${limit} in ${windowSeconds} s at most.`, retryAfter: resetSeconds, quota: { name, ...reached } });
}
