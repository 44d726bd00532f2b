import { Body, Controller, Get, Header, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { ReviewConsumers } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { z } from 'zod';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { ClientAddress } from '../http/client-address';
import { SchemaPipe } from '../http/schema.pipe';
import { presentConsumers, presentSetAside } from './desk.presenters';
import { consumerSchema, dropEventsSchema, retryEventsSchema } from './desk.requests';

/** The consumers of ledger events, webhooks among them; requires `scores:admin`. */
@Controller('api/operator/consumers')
@UseGuards(TokenGuard)
export class ConsumersController {
  constructor(private readonly review: ReviewConsumers) {}

  @Get()
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-store')
  async list(@CurrentIdentity() identity: Identity) {
    return presentConsumers(await this.review.list(identity));
  }

  @Get(':consumer/set-aside')
  @UseGuards(LimitGuard)
  @Throttle({ reads: {} })
  @Header('cache-control', 'no-store')
  async setAside(@CurrentIdentity() identity: Identity, @Param('consumer', new SchemaPipe(consumerSchema)) consumer: string) {
    return presentSetAside(await this.review.setAside(identity, consumer));
  }

  @Post(':consumer/retry')
  @HttpCode(200)
  async retry(
    @CurrentIdentity() identity: Identity,
    @ClientAddress() address: string,
    @Param('consumer', new SchemaPipe(consumerSchema)) consumer: string,
    @Body(new SchemaPipe(retryEventsSchema)) { event, dryRun }: z.output<typeof retryEventsSchema>,
  ) {
    return { events: await this.review.change({ identity, address }, { what: 'retry', consumer, event, dryRun }) };
  }

  @Post(':consumer/drop')
  @HttpCode(200)
  async drop(
    @CurrentIdentity() identity: Identity,
    @ClientAddress() address: string,
    @Param('consumer', new SchemaPipe(consumerSchema)) consumer: string,
    @Body(new SchemaPipe(dropEventsSchema)) { event, dryRun, expected }: z.output<typeof dropEventsSchema>,
  ) {
    return { events: await this.review.change({ identity, address }, { what: 'drop', consumer, event, dryRun, expected }) };
  }
}
