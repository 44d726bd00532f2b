import { Body, Controller, Get, Header, HttpCode, Param, Put, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { ChangePlayerPage, type PlayerPage, ReadPlayer } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../http/user-id';
import { type PlayerPageRequest, playerPageSchema } from './player-page.request';

/** What the page of a player shows, as JSON; and what the player decides about it. */
@Controller('api/users/:userId/page')
export class PlayerPagesController {
  constructor(
    private readonly readPlayer: ReadPlayer,
    private readonly changePage: ChangePlayerPage,
  ) {}

  @Get()
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-cache')
  read(@Param('userId', new SchemaPipe(userIdSchema)) userId: string): Promise<PlayerPage> {
    return this.readPlayer.execute(userId);
  }

  @Put()
  @HttpCode(204)
  @UseGuards(TokenGuard, LimitGuard)
  @Throttle({ writes: {} })
  change(@CurrentIdentity() identity: Identity, @Param('userId', new SchemaPipe(userIdSchema)) userId: string, @Body(new SchemaPipe(playerPageSchema)) { shows }: PlayerPageRequest): Promise<void> {
    return this.changePage.execute(identity, userId, shows ?? undefined);
  }
}
