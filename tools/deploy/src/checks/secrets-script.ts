import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findOpenssl, temporaryFolder } from '@scoreboard/harness';
import { runTool, skip, unless } from './check';
import { readCompose } from './compose';

/** deploy/make-secrets.sh runs, and makes every secret of the Compose file. */
export function secretsScript(root: string): string[] {
  if (!findOpenssl()) skip('there is no openssl');
  const folder = temporaryFolder('secrets');
  const { ok, output } = runTool('sh', [join(root, 'deploy/make-secrets.sh'), folder], root);
  if (!ok) return [output];
  const made = readdirSync(folder);
  const wanted = Object.values(readCompose(root).secrets).map(({ file }) => basename(file));
  return wanted.flatMap((file) => unless(made.includes(file), `does not make ${file}`));
}
