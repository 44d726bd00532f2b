import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { ReadBoards, type ReadLeaderboard } from '@scoreboard/application';
import { GLOBAL_BOARD } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';
import { invalid } from '../http/schema.pipe';

type BoardRequest = FastifyRequest<{ Params: { board?: string }; Querystring: { period?: unknown } }> & { reader?: ReadLeaderboard };

/** Finds the board and the period of a path, and refuses those that do not exist. Paths without `:board` are those of the board `global`. */
@Injectable()
export class BoardGuard implements CanActivate {
  constructor(private readonly boards: ReadBoards) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<BoardRequest>();
    const { board } = request.params;
    const period = board === undefined ? undefined : request.query.period;
    if (period !== undefined && typeof period !== 'string') throw invalid([{ path: 'period', message: 'must be given once' }]);
    request.reader = await this.boards.of(board ?? GLOBAL_BOARD, period);
    return true;
  }
}

/** The reader of the board that `BoardGuard` found. */
export const CurrentBoard = createParamDecorator((_data: unknown, context: ExecutionContext): ReadLeaderboard => context.switchToHttp().getRequest<BoardRequest>().reader!);
