import { Controller, Get, Header, Headers, Query, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { presentEvent, ReadEvents } from '@scoreboard/application';
import { eventId, type Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { SchemaPipe } from '../http/schema.pipe';
import { readWait } from '../scores/update-score.request';
import { type EventsRequest, eventsQuerySchema } from './events.request';

/** What happened in the ledger, in order; requires `events:read`. */
@Controller('api/events')
@UseGuards(TokenGuard, LimitGuard)
@Throttle({ reads: {} })
export class EventsController {
  constructor(private readonly readEvents: ReadEvents) {}

  @Get()
  @Header('cache-control', 'no-store')
  async list(@CurrentIdentity() identity: Identity, @Query(new SchemaPipe(eventsQuerySchema)) query: EventsRequest, @Headers('prefer') prefer?: string) {
    const { events, next } = await this.readEvents.execute(identity, { ...query, waitMs: readWait(prefer) });
    return { items: events.map(presentEvent), next: eventId(next) };
  }
}
