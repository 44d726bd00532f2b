import { assertMayModerate, type Identity } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import { type AuditFilter, AuditLog, type AuditPosition, type PlacedEntry } from './audit-log';

/** One page of the audit log. */
export interface AuditPage {
  readonly items: readonly PlacedEntry[];
  /** Pass it as `before` to read the next page; undefined on the last page. */
  readonly next?: AuditPosition;
}

/** Reads the audit log, newest first. Requires `scores:admin`. Refusals: `insufficient-scope`, `ledger-unavailable`, also if an address cannot be decrypted. */
export class ReadAuditLog {
  constructor(
    private readonly log: AuditLog,
    private readonly errors: ErrorReporter,
  ) {}

  async execute(reader: Identity, filter: AuditFilter, limit: number, before?: AuditPosition): Promise<AuditPage> {
    assertMayModerate(reader);
    // One extra item shows whether there is another page.
    const items = await readLedger(this.errors, () => this.log.find(filter, limit + 1, before));
    return items.length > limit ? { items: items.slice(0, limit), next: items[limit - 1]!.position } : { items };
  }
}
