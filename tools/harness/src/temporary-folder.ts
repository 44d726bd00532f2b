import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterExit } from './after-exit';

/** A new folder in `parent` that is removed when this process ends, however it ends. */
export function temporaryFolder(name: string, parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, `scoreboard-${name}-`));
  // Whoever still writes there is being killed at this moment; it would make the folder anew.
  afterExit('sleep 0.5; rm -rf -- "$0"', folder);
  return folder;
}
