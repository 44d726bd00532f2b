import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { grants, Refusal } from '@scoreboard/domain';
import type { AuthenticatedRequest } from './token.guard';

/** Names of the throttlers that the app configures, with their limits. */
export const WRITES = 'writes';
export const READS = 'reads';
export const GUESTS = 'guests';
export const TOKENS = 'tokens';

/** A throttler guard that keeps to one named limit and refuses as everything else here does. */
abstract class LimitGuard extends ThrottlerGuard {
  protected abstract readonly limitName: string;

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    this.throttlers = this.throttlers.filter(({ name, limit }) => name === this.limitName && limit !== 0);
  }

  protected override generateKey(_context: ExecutionContext, tracker: string, name: string): string {
    return `${name}:${tracker}`;
  }

  protected override throwThrottlingException(_context: ExecutionContext, { limit, ttl, timeToBlockExpire }: ThrottlerLimitDetail): Promise<void> {
    const quota = { name: this.limitName, limit, windowSeconds: ttl / 1_000, resetSeconds: timeToBlockExpire };
    throw new Refusal('rate-limited', { detail: `${limit} in ${quota.windowSeconds} s at most.`, retryAfter: timeToBlockExpire, quota });
  }
}

/** Updates, by the token's subject; behind `TokenGuard`. A trusted service is not limited. */
@Injectable()
export class WriteLimitGuard extends LimitGuard {
  protected readonly limitName = WRITES;

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(grants(context.switchToHttp().getRequest<AuthenticatedRequest>().user, 'scores:write:any'));
  }

  protected override getTracker({ user }: AuthenticatedRequest): Promise<string> {
    return Promise.resolve(`${user.issuer} ${user.subject}`);
  }
}

/** Reads, by the client's address: an IPv4 address, also one written as IPv6, or the /64 of an IPv6 address, as `ThrottlerGuard` tells them apart. */
@Injectable()
export class ReadLimitGuard extends LimitGuard {
  protected readonly limitName = READS;
}

/** New guests, by address as reads are: each guest has updates of its own, so who makes many would have no limit. */
@Injectable()
export class GuestLimitGuard extends LimitGuard {
  protected readonly limitName = GUESTS;
}

/** Token requests, by address as reads are: each costs a scrypt, and may be a guess at a secret. */
@Injectable()
export class TokenLimitGuard extends LimitGuard {
  protected readonly limitName = TOKENS;
}
