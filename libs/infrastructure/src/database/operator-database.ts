import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@scoreboard/infrastructure/config';
import { Database } from './database';

/**
 * The database for an operator's command: that of `DATABASE_URL`, else the one in `DATA_DIR`, whose standalone must be stopped
 * meanwhile: `FolderInUse` at the first query where it runs. Throws where there is neither.
 */
export function operatorDatabase({ DATABASE_URL, DATA_DIR }: Pick<Settings, 'DATABASE_URL' | 'DATA_DIR'>): Database {
  if (!DATABASE_URL && !existsSync(join(DATA_DIR, 'database'))) throw new Error("DATABASE_URL: is required, or DATA_DIR with a standalone's data");
  return new Database({ url: DATABASE_URL, folder: DATA_DIR, poolSize: 2 });
}
