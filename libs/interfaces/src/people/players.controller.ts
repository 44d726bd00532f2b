import { Controller, Get, Header, Query, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { FindPlayers, type NamedUser, type ReadLeaderboard, type ShownEntry, UserIds } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { SchemaPipe } from '../http/schema.pipe';
import { BoardGuard, CurrentBoard } from '../leaderboard/board.guard';
import { type PlayersQuery, playersQuerySchema } from './players.request';

const queryPipe = new SchemaPipe(playersQuerySchema);

/** Finds players by name: on a board for everybody, and everywhere with `scores:admin`. */
@Controller('api')
export class PlayersController {
  constructor(
    private readonly players: FindPlayers,
    private readonly ids: UserIds,
  ) {}

  @Get('boards/:board/players')
  @UseGuards(LimitGuard, BoardGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-cache')
  onBoard(@CurrentBoard() board: ReadLeaderboard, @Query(queryPipe) { name, limit }: PlayersQuery): Promise<readonly ShownEntry[]> {
    return this.players.onBoard(board, name, limit);
  }

  @Get('moderation/players')
  @UseGuards(TokenGuard, LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-store')
  async anywhere(@CurrentIdentity() identity: Identity, @Query(queryPipe) { name, limit }: PlayersQuery): Promise<readonly NamedUser[]> {
    const found = await this.players.anywhere(identity, name, limit);
    return found.map((user) => ({ ...user, userId: this.ids.shown(user.userId) }));
  }
}
