import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit trail: only ever appended to. `address` is sealed for its row; the CHECK leaves room for a key's id before the IV and the tag. */
export class AuditLog1764000000020 implements MigrationInterface {
  readonly name = 'AuditLog1764000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_log (
        id      uuid        PRIMARY KEY,
        at      timestamptz NOT NULL DEFAULT clock_timestamp(),
        act     text        NOT NULL,
        actor   text        NOT NULL,
        target  text        COLLATE "C",
        reason  text,
        details jsonb,
        address bytea       CHECK (octet_length(address) > 30)
      )`);
    await runner.query('CREATE INDEX audit_log_at ON audit_log (at, id)');
    await runner.query('CREATE INDEX audit_log_target ON audit_log (target)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_log');
  }
}
