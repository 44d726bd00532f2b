import { Controller, Get, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { type Profile, type ReadLeaderboard, type ShownEntry, ShowUsers } from '@scoreboard/application';
import { BOARD_SIZE, type Identity, MAX_TOP } from '@scoreboard/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { OptionalTokenGuard } from '../auth/optional-token.guard';
import { wholeNumber } from '../http/query';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../http/user-id';
import { BoardGuard, boardOf, CurrentBoard } from './board.guard';
import { presentTop } from './top.presenter';

const topQuerySchema = z.object({ limit: wholeNumber(1, MAX_TOP).default(BOARD_SIZE) });
const aroundQuerySchema = z.object({ radius: wholeNumber(1, 50).default(5) });

/** Reads the leaderboard; public. */
@Controller(['api/scores', 'api/boards/:board'])
@UseGuards(LimitGuard, BoardGuard)
@Throttle({ reads: {} })
export class LeaderboardController {
  constructor(private readonly users: ShowUsers) {}

  @Get('top')
  async top(
    @Query(new SchemaPipe(topQuerySchema)) { limit }: z.output<typeof topQuerySchema>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { body, etag } = presentTop(await this.users.entries(await boardOf(request).top(limit)));
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    if (matches(request.headers['if-none-match'], etag)) void reply.code(304).send();
    else void reply.type('application/json').send(body);
  }

  @Get('users/:userId')
  @UseGuards(OptionalTokenGuard)
  async user(
    @CurrentBoard() board: ReadLeaderboard,
    @CurrentIdentity() reader: Identity | undefined,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
  ): Promise<Awaited<ReturnType<ReadLeaderboard['place']>> & Profile> {
    return this.users.entry(await board.place(userId, reader));
  }

  @Get('users/:userId/around')
  async around(
    @CurrentBoard() board: ReadLeaderboard,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Query(new SchemaPipe(aroundQuerySchema)) { radius }: z.output<typeof aroundQuerySchema>,
  ): Promise<readonly ShownEntry[]> {
    return this.users.entries(await board.around(userId, radius));
  }
}

/** RFC 9110, section 13.1.2: any of the listed tags, weak or strong, or `*`. */
const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag));
