import { Controller, Get, Param, Query, Req, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { Boards, ReadBoards, type ReadLeaderboard, type ShownEntry, ShowUsers, UserIds } from '@scoreboard/application';
import { BOARD_SIZE, type BoardPeriod, type BoardReset, MAX_TOP } from '@scoreboard/domain';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LimitGuard } from '../auth/limit.guard';
import { listed, wholeNumber } from '../http/query';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../http/user-id';
import { BoardGuard, CurrentBoard } from './board.guard';

const ranksQuerySchema = z.object({ from: wholeNumber(1, Number.MAX_SAFE_INTEGER).default(1), limit: wholeNumber(1, MAX_TOP).default(BOARD_SIZE) });
const idsPipe = new SchemaPipe(z.object({ ids: z.array(userIdSchema).min(1, `must list 1 to ${MAX_TOP} user ids`).max(MAX_TOP, `must list 1 to ${MAX_TOP} user ids`) }));

/** `start` and `end` are null if the board neither resets nor is a season. */
interface PeriodTimes {
  readonly id: string;
  readonly start: string | null;
  readonly end: string | null;
  /** Until the board is filled: the period counts what was applied after this moment. */
  readonly countsFrom?: string;
}

interface ShownBoard {
  readonly id: string;
  readonly reset?: BoardReset;
  readonly timezone?: string;
  /** The current one. After a season: the season; before it: absent. */
  readonly period?: PeriodTimes;
  readonly players: number;
}

interface ShownPeriod extends PeriodTimes {
  readonly closedAt: string | null;
}

const shownTime = (ms: number): string => new Date(ms).toISOString();
const shownTimes = ({ id, start, end, countsFrom }: BoardPeriod): PeriodTimes => ({
  id,
  start: start === 0 ? null : shownTime(start),
  end: end === undefined ? null : shownTime(end),
  ...(countsFrom !== undefined && { countsFrom: shownTime(countsFrom) }),
});

/** Reads boards; public. `LeaderboardController` has what the board `global` also has under `/api/scores`. */
@Controller('api/boards')
@UseGuards(LimitGuard, BoardGuard)
@Throttle({ reads: {} })
export class BoardsController {
  constructor(
    private readonly boards: Boards,
    private readonly readBoards: ReadBoards,
    private readonly users: ShowUsers,
    private readonly ids: UserIds,
  ) {}

  @Get()
  list(): Promise<readonly ShownBoard[]> {
    return Promise.all(
      this.boards.list().map(async ({ definition: { id, reset, timezone }, period }) => ({
        id,
        ...(reset && { reset, timezone }),
        ...(period && { period: shownTimes(period) }),
        players: period ? await (await this.readBoards.of(id, period.id)).players() : 0,
      })),
    );
  }

  /** Newest first. */
  @Get(':board/periods')
  async periods(@Param('board') board: string): Promise<readonly ShownPeriod[]> {
    return (await this.readBoards.periods(board)).map((period) => ({ ...shownTimes(period), closedAt: period.closedAt === undefined ? null : shownTime(period.closedAt) }));
  }

  @Get(':board/ranks')
  async ranks(@CurrentBoard() board: ReadLeaderboard, @Query(new SchemaPipe(ranksQuerySchema)) { from, limit }: z.output<typeof ranksQuerySchema>): Promise<readonly ShownEntry[]> {
    return this.users.entries(await board.ranks(from, limit));
  }

  @Get(':board/users')
  async usersOf(@CurrentBoard() board: ReadLeaderboard, @Req() { url }: FastifyRequest): Promise<readonly ShownEntry[]> {
    const { ids } = idsPipe.transform({ ids: listed(url, 'ids') }, { type: 'query' });
    const userIds = await Promise.all(ids.map((id) => this.ids.userOf(id)));
    return this.users.entries(await board.ranked(userIds));
  }
}
