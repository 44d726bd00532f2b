import { eventId, type EventPosition } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import { type Actor, actOf, assertMayOperate } from '../audit/operator';
import { ConsumerRecords } from './consumer-records';

/** What an operator decides about events that were set aside. */
export interface SetAsideOrder {
  readonly what: 'retry' | 'drop';
  readonly consumer: string;
  /** Absent: all events of the consumer. */
  readonly event?: EventPosition;
  /** Only counts them. */
  readonly dryRun?: boolean;
}

/** Tries events that a consumer set aside again, or drops them, for an operator; resolves with their number. Audited, unless there are none. Refusal: `insufficient-scope`. */
export class ChangeSetAside {
  constructor(
    private readonly records: ConsumerRecords,
    private readonly audit: AuditLog,
  ) {}

  async execute(operator: Actor, { what, consumer, event, dryRun = false }: SetAsideOrder): Promise<number> {
    assertMayOperate(operator);
    const found = await this.records.countSetAside(consumer, event);
    if (dryRun || found === 0) return found;
    await this.audit.append(actOf(operator, `consumers.${what}`, { target: consumer, details: { found, event: event ? eventId(event) : 'all' } }));
    return this.records[what](consumer, event);
  }
}
