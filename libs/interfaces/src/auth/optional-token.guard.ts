import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Refusal } from '@scoreboard/domain';
import { type AuthenticatedRequest, TokenGuard } from './token.guard';

/**
 * For public reads that show more to some users: lets every request pass, and adds the identity of a valid bearer token
 * to it. A token that is invalid, or cannot be verified now, counts as none.
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
