import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { GLOBAL_BOARD, Refusal } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';
import { invalid } from '../http/schema.pipe';

/** The id of a day, week, month, year or season. */
const PERIOD = /^[\dA-Za-z-]{1,32}$/;

/** Refuses paths of boards that do not exist, and periods that a board does not have. Paths without `:board` are those of the board `global`. */
@Injectable()
export class BoardGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { params, query } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { board?: string }; Querystring: { period?: unknown } }>>();
    if (params.board === undefined) return true;
    if (params.board !== GLOBAL_BOARD) throw new Refusal('unknown-board');
    const { period } = query;
    if (period === undefined) return true;
    if (typeof period === 'string' && PERIOD.test(period)) throw new Refusal('unknown-period');
    throw invalid([{ path: 'period', message: 'must be a period, such as 2026-W48' }]);
  }
}
