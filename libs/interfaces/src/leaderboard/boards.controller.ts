import { Controller, Get, Query, Req, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { ReadLeaderboard } from '@scoreboard/application';
import { BOARD_SIZE, GLOBAL_BOARD, MAX_TOP, type RankedScore } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LimitGuard } from '../auth/limit.guard';
import { listed, wholeNumber } from '../http/query';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../scores/update-score.request';
import { BoardGuard } from './board.guard';

const ranksQuerySchema = z.object({ from: wholeNumber(1, Number.MAX_SAFE_INTEGER).default(1), limit: wholeNumber(1, MAX_TOP).default(BOARD_SIZE) });
const idsPipe = new SchemaPipe(z.object({ ids: z.array(userIdSchema).min(1, `must list 1 to ${MAX_TOP} user ids`).max(MAX_TOP, `must list 1 to ${MAX_TOP} user ids`) }));

/** Reads boards; public. `LeaderboardController` has what the board `global` also has under `/api/scores`. */
@Controller('api/boards')
@UseGuards(LimitGuard, BoardGuard)
@Throttle({ reads: {} })
export class BoardsController {
  constructor(private readonly readLeaderboard: ReadLeaderboard) {}

  @Get()
  async boards(): Promise<readonly { readonly id: string; readonly players: number }[]> {
    return [{ id: GLOBAL_BOARD, players: await this.readLeaderboard.players() }];
  }

  @Get(':board/ranks')
  ranks(@Query(new SchemaPipe(ranksQuerySchema)) { from, limit }: z.output<typeof ranksQuerySchema>): Promise<readonly RankedScore[]> {
    return this.readLeaderboard.ranks(from, limit);
  }

  @Get(':board/users')
  users(@Req() { url }: FastifyRequest): Promise<readonly RankedScore[]> {
    const { ids } = idsPipe.transform({ ids: listed(url, 'ids') }, { type: 'query' });
    return this.readLeaderboard.ranked(ids);
  }
}
