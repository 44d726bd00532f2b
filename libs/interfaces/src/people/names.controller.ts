import { Body, Controller, Delete, HttpCode, Param, Put, Query, UseGuards } from '@nestjs/common';
import { TakeName } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { z } from 'zod';
import { CurrentIdentity } from '../auth/identity.decorator';
import { TokenGuard } from '../auth/token.guard';
import { ClientAddress } from '../http/client-address';
import { SchemaPipe } from '../http/schema.pipe';
import { userIdSchema } from '../http/user-id';
import { deletionBodySchema, deletionQuerySchema, type HidingRequest, hidingSchema, reasonOf } from '../moderation/moderation.requests';

/** Takes names away, and allows them again; requires `scores:admin`. */
@Controller('api/moderation/names/:userId')
@UseGuards(TokenGuard)
export class NamesController {
  constructor(private readonly takeName: TakeName) {}

  @Delete()
  @HttpCode(204)
  take(
    @CurrentIdentity() identity: Identity,
    @ClientAddress() address: string,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Body(new SchemaPipe(deletionBodySchema)) body: z.output<typeof deletionBodySchema>,
    @Query(new SchemaPipe(deletionQuerySchema)) query: z.output<typeof deletionQuerySchema>,
  ): Promise<void> {
    return this.takeName.execute({ identity, address }, userId, true, reasonOf(body, query));
  }

  @Put()
  @HttpCode(204)
  allow(
    @CurrentIdentity() identity: Identity,
    @ClientAddress() address: string,
    @Param('userId', new SchemaPipe(userIdSchema)) userId: string,
    @Body(new SchemaPipe(hidingSchema)) { reason }: HidingRequest,
  ): Promise<void> {
    return this.takeName.execute({ identity, address }, userId, false, reason);
  }
}
