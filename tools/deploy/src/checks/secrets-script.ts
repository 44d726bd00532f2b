import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findOpenssl } from '@scoreboard/harness';
import { type Check, found, skipped } from './check';
import { readCompose } from './compose';
import { runTool } from './run-tool';

/** deploy/make-secrets.sh runs, and makes every secret of the Compose file. */
export const secretsScript: Check = {
  name: 'deploy/make-secrets.sh',
  run(root) {
    if (!findOpenssl()) return skipped('there is no openssl');
    const folder = mkdtempSync(join(tmpdir(), 'scoreboard-secrets-'));
    try {
      const { ok, output } = runTool('sh', [join(root, 'deploy/make-secrets.sh'), folder], root);
      if (!ok) return found([output]);
      const made = readdirSync(folder);
      const wanted = Object.values(readCompose(root).secrets).map(({ file }) => basename(file));
      return found(wanted.filter((file) => !made.includes(file)).map((file) => `does not make ${file}`));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
