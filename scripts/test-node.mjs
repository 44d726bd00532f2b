import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';
import { refuse, wordsOrExit } from './words.mjs';

const [version = '', ...paths] = wordsOrExit(
  'npm run test:node -- <version of Node> [paths]\n\nRuns every test, or those of the paths, and what they start under another Node, such as 24 or 24.21.0, which npm fetches.',
  Infinity,
);
if (!/^\d+(\.\d+){0,2}$/.test(version)) refuse(`"${version}": expected a version of Node, such as 24`);
const npx = ['--yes', `--package=node@${version}`, '--', 'node', join(root, 'scripts/test.mjs'), ...paths];
const { status } = spawnSync('npx', npx, { stdio: 'inherit', shell: process.platform === 'win32' });
process.exitCode = status ?? 1;
