import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { UserIds } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';

type Named = { userId?: unknown } | undefined | null;
type Batch = { updates?: unknown } | undefined | null;

/** Replaces a shown id in the path, in the body or in its updates by the user's own, before either is checked. */
@Injectable()
export class UserIdInterceptor implements NestInterceptor {
  constructor(private readonly ids: UserIds) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    if (context.getType() === 'http') {
      const { params, body, user } = context.switchToHttp().getRequest<FastifyRequest & { readonly user?: Identity }>();
      const updates = (body as Batch)?.updates;
      for (const named of [params as Named, body as Named, ...(Array.isArray(updates) ? (updates as Named[]) : [])]) {
        if (typeof named?.userId === 'string') named.userId = await this.ids.userOf(named.userId, user?.userId);
      }
    }
    return next.handle();
  }
}
