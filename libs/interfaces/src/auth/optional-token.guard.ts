import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import { type AuthenticatedRequest, TokenGuard } from './token.guard';

/**
 * For what everybody may read and some may read more of: lets every request pass, and puts the identity of a good bearer token
 * into it. A token that is no good, or cannot be verified now, counts as none.
 */
@Injectable()
export class OptionalTokenGuard extends TokenGuard {
  override canActivate(context: ExecutionContext) {
    const { authorization } = context.switchToHttp().getRequest<AuthenticatedRequest>().headers;
    return authorization === undefined || super.canActivate(context);
  }

  override handleRequest<User>(error: unknown, user: User | false): User {
    if (error && !(error instanceof Refusal)) throw error;
    return (user || undefined) as User;
  }
}
