import { assertMayModerate, type Identity } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import type { Moderator } from '../audit/moderator';
import { assertExpected } from '../audit/operator';
import type { ErrorReporter } from '../errors/error-reporter';
import { changeLedger, readLedger } from '../errors/ledger-reads';
import { ChangeSetAside, type SetAsideOrder } from './change-set-aside';
import { type ConsumerRecord, ConsumerRecords, type SetAsideRecord } from './consumer-records';

/** Lets an operator with a token see the consumers of ledger events, and retry or drop what they set aside. Refusals: `insufficient-scope`, `count-changed`, `ledger-unavailable`. */
export class ReviewConsumers {
  constructor(
    private readonly records: ConsumerRecords,
    private readonly audit: AuditLog,
    private readonly errors: ErrorReporter,
  ) {}

  async list(reader: Identity): Promise<readonly ConsumerRecord[]> {
    assertMayModerate(reader);
    return readLedger(this.errors, () => this.records.list());
  }

  /** At most 1,000. */
  async setAside(reader: Identity, consumer: string): Promise<readonly SetAsideRecord[]> {
    assertMayModerate(reader);
    return readLedger(this.errors, () => this.records.listSetAside(consumer));
  }

  /** Resolves with the number of events. If `expected` is given and it is no dry run, throws `count-changed` unless exactly that many events match. */
  async change(moderator: Moderator, { expected, ...order }: SetAsideOrder & { readonly expected?: number }): Promise<number> {
    assertMayModerate(moderator.identity);
    const change = new ChangeSetAside(this.records, this.audit);
    return changeLedger(this.errors, async () => {
      if (expected !== undefined && !order.dryRun) assertExpected(expected, await change.execute(moderator, { ...order, dryRun: true }));
      return change.execute(moderator, order);
    });
  }
}
