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

  canActivate(context: ExecutionContext): true | Promise<true> {
    const request = context.switchToHttp().getRequest<BoardRequest>();
    const { board } = request.params;
    const period = board === undefined ? undefined : request.query.period;
    if (period !== undefined && typeof period !== 'string') throw invalid([{ path: 'period', message: 'must be given once' }]);
    const reader = this.boards.of(board ?? GLOBAL_BOARD, period);
    return reader instanceof Promise ? reader.then((past) => letPass(request, past)) : letPass(request, reader);
  }
}

function letPass(request: BoardRequest, reader: ReadLeaderboard): true {
  request.reader = reader;
  return true;
}

/** The reader of the board that `BoardGuard` found for a request. */
export const boardOf = (request: FastifyRequest): ReadLeaderboard => (request as BoardRequest).reader!;

/** The same, as a parameter. */
export const CurrentBoard = createParamDecorator((_data: unknown, context: ExecutionContext) => boardOf(context.switchToHttp().getRequest()));
