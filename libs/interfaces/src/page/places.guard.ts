import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LimitGuard } from '../auth/limit.guard';

/** Counts the page as a read of its client address where it reads places or names; the ten alone come from memory. */
@Injectable()
export class PlacesGuard implements CanActivate {
  constructor(private readonly limits: LimitGuard) {}

  canActivate(context: ExecutionContext) {
    const { from, name } = context.switchToHttp().getRequest<FastifyRequest<{ Querystring: Record<string, unknown> }>>().query;
    return from === undefined && name === undefined ? true : this.limits.canActivate(context);
  }
}
