import { Body, Controller, Delete, HttpCode, Ip, Param, Post, Put, UseGuards } from '@nestjs/common';
import { HideUser, type ReversalRequest, type Reversed, ReverseScores } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { TokenGuard } from '../auth/token.guard';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../scores/update-score.request';
import { type HidingRequest, hidingSchema, reversalSchema } from './moderation.requests';

/** Taking scores back and hiding users, for `scores:admin`. */
@Controller('api/moderation')
@UseGuards(TokenGuard)
export class ModerationController {
  constructor(
    private readonly reverseScores: ReverseScores,
    private readonly hideUser: HideUser,
  ) {}

  @Post('reversals')
  @HttpCode(201)
  reverse(@CurrentIdentity() identity: Identity, @Ip() address: string, @Body(new SchemaPipe(reversalSchema)) body: ReversalRequest): Promise<Reversed> {
    return this.reverseScores.execute({ identity, address }, body);
  }

  @Put('hidden/:userId')
  @HttpCode(204)
  hide(
    @CurrentIdentity() identity: Identity,
    @Ip() address: string,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Body(new SchemaPipe(hidingSchema)) { reason }: HidingRequest,
  ): Promise<void> {
    return this.hideUser.execute({ identity, address }, userId, true, reason);
  }

  @Delete('hidden/:userId')
  @HttpCode(204)
  show(
    @CurrentIdentity() identity: Identity,
    @Ip() address: string,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Body(new SchemaPipe(hidingSchema)) { reason }: HidingRequest,
  ): Promise<void> {
    return this.hideUser.execute({ identity, address }, userId, false, reason);
  }
}
