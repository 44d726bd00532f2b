import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Identity } from '@scoreboard/domain';
import type { AuthenticatedRequest } from './token.guard';

/** The identity that `TokenGuard` found. */
export const CurrentIdentity = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Identity => context.switchToHttp().getRequest<AuthenticatedRequest>().user,
);
