import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource, type Migration, MigrationExecutor } from 'typeorm';

/** The schema lacks migrations of this build. */
export class SchemaBehind extends Error {
  constructor(pending: readonly string[], advice: string) {
    super(`the schema lacks ${pending.join(', ')}${advice}`);
    this.name = 'SchemaBehind';
  }
}

/** The schema was created by a version before the first release and cannot be upgraded. */
export class UnreleasedSchema extends Error {
  constructor() {
    super('the database was made by an unreleased version and cannot be upgraded: use an empty database or another DATA_DIR');
    this.name = 'UnreleasedSchema';
  }
}

/** An arbitrary number, the same in every process that migrates. */
const MIGRATION_LOCK = 7_267_266_531;

/** The names of the migrations that the database lacks. */
export async function pendingIn(source: DataSource): Promise<readonly string[]> {
  await refuseUnreleased(source);
  return (await new MigrationExecutor(source).getPendingMigrations()).map(({ name }) => name);
}

export async function refuseUnreleased(source: DataSource): Promise<void> {
  const executed = await new MigrationExecutor(source).getExecutedMigrations();
  if (executed.some(({ name }) => name === 'Ledger1764000000000')) throw new UnreleasedSchema();
}

/** Runs the missing migrations. If several processes start at once, one migrates; the others wait and then have nothing to do. */
export async function migrateUnderLock(source: DataSource): Promise<Migration[]> {
  const lock = source.createQueryRunner();
  try {
    // Polls, because a blocking call would exceed the statement timeout.
    const take = async () => ((await lock.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])) as [{ taken: boolean }])[0].taken;
    while (!(await take())) await delay(100);
    const [{ mayChange }] = (await lock.query(`SELECT has_schema_privilege(current_schema(), 'CREATE') AS "mayChange"`)) as [{ mayChange: boolean }];
    if (mayChange) return await source.runMigrations();
    const pending = await pendingIn(source);
    if (!pending.length) return [];
    throw new SchemaBehind(pending, ', and this user may not change it: migrate as its owner, then grant');
  } finally {
    // The lock belongs to the session, so closing the connection would release it too.
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).finally(() => lock.release());
  }
}
