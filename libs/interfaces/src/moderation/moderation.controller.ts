import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { HideUser, ListHidden, type ReversalRequest, type Reversed, ReverseScores, UserIds } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { z } from 'zod';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { ClientAddress } from '../http/client-address';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../http/user-id';
import { type HistoryQuery, historyQuerySchema } from '../scores/history.request';
import { presentHidden } from './moderation.presenters';
import { deletionBodySchema, deletionQuerySchema, type HidingRequest, hidingSchema, reasonOf, reversalSchema } from './moderation.requests';

/** Reverses updates and hides users; requires `scores:admin`. */
@Controller('api/moderation')
@UseGuards(TokenGuard)
export class ModerationController {
  constructor(
    private readonly reverseScores: ReverseScores,
    private readonly hideUser: HideUser,
    private readonly listHidden: ListHidden,
    private readonly ids: UserIds,
  ) {}

  @Post('reversals')
  @HttpCode(201)
  reverse(@CurrentIdentity() identity: Identity, @ClientAddress() address: string, @Body(new SchemaPipe(reversalSchema)) body: ReversalRequest): Promise<Reversed> {
    return this.reverseScores.execute({ identity, address }, body);
  }

  @Get('hidden')
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-store')
  async hidden(@CurrentIdentity() identity: Identity, @Query(new SchemaPipe(historyQuerySchema)) { limit, cursor }: HistoryQuery) {
    return presentHidden(await this.listHidden.execute(identity, limit, cursor), this.ids);
  }

  @Put('hidden/:userId')
  @HttpCode(204)
  hide(
    @CurrentIdentity() identity: Identity,
    @ClientAddress() address: string,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Body(new SchemaPipe(hidingSchema)) { reason }: HidingRequest,
  ): Promise<void> {
    return this.hideUser.execute({ identity, address }, userId, true, reason);
  }

  @Delete('hidden/:userId')
  @HttpCode(204)
  show(
    @CurrentIdentity() identity: Identity,
    @ClientAddress() address: string,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Body(new SchemaPipe(deletionBodySchema)) body: z.output<typeof deletionBodySchema>,
    @Query(new SchemaPipe(deletionQuerySchema)) query: z.output<typeof deletionQuerySchema>,
  ): Promise<void> {
    return this.hideUser.execute({ identity, address }, userId, false, reasonOf(body, query));
  }
}
