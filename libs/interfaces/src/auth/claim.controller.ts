import { Body, Controller, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { type ClaimedPoints, ClaimGuest, UserIds } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { SchemaPipe } from '../http/schema.pipe';
import { type ClaimRequest, claimSchema } from './claim.request';
import { ClaimsGuard } from './claims.guard';
import { CurrentIdentity } from './identity.decorator';
import { LimitGuard } from './limit.guard';
import { TokenGuard } from './token.guard';

/** Gives a player who has signed in the points of the guest that the player was before. */
@Controller('api/auth')
export class ClaimController {
  constructor(
    private readonly claimGuest: ClaimGuest,
    private readonly ids: UserIds,
  ) {}

  @Post('guest/claim')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @UseGuards(ClaimsGuard, TokenGuard, LimitGuard)
  @Throttle({ guests: {} })
  async claim(@CurrentIdentity() player: Identity, @Body(new SchemaPipe(claimSchema)) { guestToken }: ClaimRequest): Promise<ClaimedPoints> {
    const claimed = await this.claimGuest.execute(player, guestToken);
    return { ...claimed, userId: this.ids.shown(claimed.userId) };
  }
}
