import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { TokenVerifier } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';

/** Passport puts whom it verified under `user`. */
export type AuthenticatedRequest = FastifyRequest & { user: Identity };

/**
 * Lets a request with a good bearer token pass, and puts its identity into the request.
 *
 * A token that was verified before and has not expired is known again at the cost of one look-up; any other goes
 * through Passport's `jwt` strategy, whose refusal rises as it is.
 */
@Injectable()
export class TokenGuard extends AuthGuard('jwt') {
  constructor(private readonly verifier: TokenVerifier) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const { authorization } = request.headers;
    const identity = authorization?.startsWith('Bearer ') ? this.verifier.recall(authorization.slice(7)) : undefined;
    if (!identity) return super.canActivate(context);
    request.user = identity;
    return true;
  }
}
