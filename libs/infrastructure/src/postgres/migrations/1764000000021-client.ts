import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The services that may fetch tokens. A row stays when its client is revoked, so that an id in the audit trail means one client. */
export class Client1764000000021 implements MigrationInterface {
  readonly name = 'Client1764000000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE client (
        id          text        PRIMARY KEY COLLATE "C",
        secret_hash text        NOT NULL,
        scopes      text[]      NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
        revoked_at  timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE client');
  }
}
