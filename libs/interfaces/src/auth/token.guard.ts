import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { TokenVerifier } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';

/** Passport stores the verified identity under `user`. */
export type AuthenticatedRequest = FastifyRequest & { user: Identity };

/**
 * Lets a request with a valid bearer token pass, and adds the token's identity to the request.
 *
 * A token that was verified before and has not expired costs one lookup. Any other goes
 * through Passport's strategy `scoreboard`, whose refusal is rethrown unchanged.
 */
@Injectable()
export class TokenGuard extends AuthGuard('scoreboard') {
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
