import { AuditLog } from './audit-log';
import { actOf, type Operator } from './operator';

/** The schema of the ledger's database, by the names of its migrations. */
export abstract class LedgerSchema {
  /** The migrations that this build knows and the database lacks, in their order. Changes nothing. */
  abstract pending(): Promise<readonly string[]>;

  /** Brings the schema up to date, under a lock that all processes share; resolves with the migrations that ran now. */
  abstract migrate(): Promise<readonly string[]>;
}

/** Brings the schema up to date by an operator's order. The entry follows the act: the table of entries is itself made by a migration. */
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
