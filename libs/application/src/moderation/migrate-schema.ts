import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator } from '../audit/operator';

/** The schema of the ledger's database, by the names of its migrations. */
export abstract class LedgerSchema {
  /** The migrations of this build that the database lacks, in order. Changes nothing. */
  abstract pending(): Promise<readonly string[]>;

  /** Brings the schema up to date, under a lock shared by all processes. Resolves with the migrations that ran. */
  abstract migrate(): Promise<readonly string[]>;
}

/** Brings the schema up to date for an operator. The audit entry is written afterwards, because a migration creates its table. */
export class MigrateSchema {
  constructor(
    private readonly schema: LedgerSchema,
    private readonly audit: AuditLog,
  ) {}

  async execute(operator: Operator): Promise<readonly string[]> {
    const migrations = await this.schema.migrate();
    if (migrations.length) await this.audit.append(actOf(operator, 'migrate', { details: { migrations } }));
    return migrations;
  }
}
