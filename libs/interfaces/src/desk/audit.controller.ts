import { Controller, Get, Header, Query, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { ReadAuditLog, UserIds } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { CurrentIdentity } from '../auth/identity.decorator';
import { LimitGuard } from '../auth/limit.guard';
import { TokenGuard } from '../auth/token.guard';
import { SchemaPipe } from '../http/schema.pipe';
import { presentAudit } from './desk.presenters';
import { type AuditQuery, auditQuerySchema } from './desk.requests';

/** The audit log; requires `scores:admin`. */
@Controller('api/moderation/audit')
@UseGuards(TokenGuard, LimitGuard)
@Throttle({ reads: {} })
export class AuditController {
  constructor(
    private readonly readAuditLog: ReadAuditLog,
    private readonly ids: UserIds,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  async list(@CurrentIdentity() identity: Identity, @Query(new SchemaPipe(auditQuerySchema)) { limit, cursor, target, ...filter }: AuditQuery) {
    const own = target === undefined ? {} : { target: await this.ids.userOf(target, identity.userId) };
    return presentAudit(await this.readAuditLog.execute(identity, { ...filter, ...own }, limit, cursor), this.ids);
  }
}
