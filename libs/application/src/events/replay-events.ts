import { eventId, type EventPosition } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator } from '../audit/operator';
import { ConsumerRecords } from './consumer-records';

/** Sends a consumer back to a position, for an operator: it gets everything after it, again. False if there is no such consumer. */
export class ReplayEvents {
  constructor(
    private readonly records: ConsumerRecords,
    private readonly audit: AuditLog,
  ) {}

  async isKnown(consumer: string): Promise<boolean> {
    return (await this.records.list()).some((record) => record.consumer === consumer);
  }

  async execute(operator: Operator, consumer: string, after: EventPosition): Promise<boolean> {
    if (!(await this.isKnown(consumer))) return false;
    await this.audit.append(actOf(operator, 'consumers.replay', { target: consumer, details: { after: eventId(after) } }));
    return this.records.move(consumer, after);
  }
}
