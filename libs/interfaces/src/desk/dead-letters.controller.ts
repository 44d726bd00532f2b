import { Body, Controller, Get, Header, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { type DeadLetterList, ReviewDeadLetters } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { z } from 'zod';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { ClientAddress } from '../http/client-address';
import { SchemaPipe } from '../http/schema.pipe';
import { dropSchema, lettersQuerySchema, replaySchema } from './desk.requests';

/** Updates that could not be applied; requires `scores:admin`. */
@Controller('api/operator/dead-letters')
@UseGuards(TokenGuard)
export class DeadLettersController {
  constructor(private readonly review: ReviewDeadLetters) {}

  @Get()
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-store')
  list(@CurrentIdentity() identity: Identity, @Query(new SchemaPipe(lettersQuerySchema)) { limit }: z.output<typeof lettersQuerySchema>): Promise<DeadLetterList> {
    return this.review.list(identity, limit);
  }

  @Post('replay')
  @HttpCode(200)
  async replay(@CurrentIdentity() identity: Identity, @ClientAddress() address: string, @Body(new SchemaPipe(replaySchema)) { commandId, dryRun }: z.output<typeof replaySchema>) {
    return { letters: await this.review.change({ identity, address }, { what: 'replay', commandId, dryRun }) };
  }

  @Post('drop')
  @HttpCode(200)
  async drop(@CurrentIdentity() identity: Identity, @ClientAddress() address: string, @Body(new SchemaPipe(dropSchema)) { commandId, dryRun, expected }: z.output<typeof dropSchema>) {
    return { letters: await this.review.change({ identity, address }, { what: 'drop', commandId, dryRun, expected }) };
  }
}
