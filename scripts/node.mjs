import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';
import { refuse } from './words.mjs';

/** What runs under another Node, by the script's name, and its help. */
const TASKS = {
  test: { command: ['test.mjs'], help: '[paths and options of npm test]\n\nRuns the tests, or those of the paths,' },
  bench: { command: ['tool.mjs', 'bench'], help: '[options of bench]\n\nRuns the benchmark' },
};

const [name, version = '', ...rest] = process.argv.slice(2);
const { command, help } = TASKS[name];
if (version === '--help' || version === '-h') {
  console.log(`npm run ${name}:node -- <version of Node> ${help}, and what it starts, under another Node, such as 24 or 24.21.0, which npm fetches.`);
  process.exit(0);
}
if (!/^\d+(\.\d+){0,2}$/.test(version)) refuse(`"${version}": expected a version of Node, such as 24`);
const [script, ...words] = command;
const npx = ['--yes', `--package=node@${version}`, '--', 'node', join(root, 'scripts', script), ...words, ...rest];
const { status } = spawnSync('npx', npx, { stdio: 'inherit', shell: process.platform === 'win32' });
process.exitCode = status ?? 1;
