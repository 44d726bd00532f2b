import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { ListClients, type ServiceClient } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';

/** The services that may get tokens; requires `scores:admin`. */
@Controller('api/operator/clients')
@UseGuards(TokenGuard, LimitGuard)
@Throttle({ reads: {} })
export class ClientsController {
  constructor(private readonly listClients: ListClients) {}

  @Get()
  @Header('cache-control', 'no-store')
  async list(@CurrentIdentity() identity: Identity): Promise<{ readonly items: readonly ServiceClient[] }> {
    return { items: await this.listClients.execute(identity) };
  }
}
