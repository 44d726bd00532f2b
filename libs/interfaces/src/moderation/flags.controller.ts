import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { type FlagState, ReviewFlags, UserIds } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { z } from 'zod';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { ClientAddress } from '../http/client-address';
import { SchemaPipe } from '../http/schema.pipe';
import { presentDecision, presentFlags } from './flags.presenters';
import { decisionSchema, flagIdSchema, flagsQuerySchema } from './flags.requests';

const ID = new SchemaPipe(flagIdSchema);
const BODY = new SchemaPipe(decisionSchema);
type Decision = z.output<typeof decisionSchema>;

/** Suspicious points; requires `scores:admin`. */
@Controller('api/moderation/flags')
@UseGuards(TokenGuard)
export class FlagsController {
  constructor(
    private readonly review: ReviewFlags,
    private readonly ids: UserIds,
  ) {}

  @Get()
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-store')
  async list(@CurrentIdentity() identity: Identity, @Query(new SchemaPipe(flagsQuerySchema)) { state, limit, cursor }: z.output<typeof flagsQuerySchema>) {
    return presentFlags(await this.review.list(identity, state, limit, cursor), this.ids);
  }

  @Post(':id/clear')
  @HttpCode(200)
  clear(@CurrentIdentity() identity: Identity, @ClientAddress() address: string, @Param('id', ID) id: number, @Body(BODY) body: Decision) {
    return this.decide({ identity, address }, id, 'cleared', body?.reason ?? 'nothing wrong');
  }

  @Post(':id/take-back')
  @HttpCode(200)
  takeBack(@CurrentIdentity() identity: Identity, @ClientAddress() address: string, @Param('id', ID) id: number, @Body(BODY) body: Decision) {
    return this.decide({ identity, address }, id, 'confirmed', body?.reason ?? 'suspicious points');
  }

  @Post(':id/reopen')
  @HttpCode(200)
  reopen(@CurrentIdentity() identity: Identity, @ClientAddress() address: string, @Param('id', ID) id: number, @Body(BODY) body: Decision) {
    return this.decide({ identity, address }, id, 'open', body?.reason ?? 'look again');
  }

  private async decide(moderator: { readonly identity: Identity; readonly address: string }, id: number, outcome: FlagState, note: string) {
    return presentDecision(await this.review.decide(moderator, id, outcome, note), this.ids);
  }
}
