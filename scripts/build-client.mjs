import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, root } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

// The client library as it is published, in dist/client or the folder that is named: npm publish dist/client.
const [folder = join(root, 'dist/client')] = wordsOrExit('npm run build:client [-- <folder>]\n\nMakes the client library as it is published, in dist/client or another folder, which it empties first.', 1);
const target = resolve(folder);
const source = join(root, 'libs/client');
const FORMS = { cjs: { type: 'commonjs', options: [] }, esm: { type: 'module', options: ['--module', 'esnext', '--moduleResolution', 'bundler'] } };

rmSync(target, { recursive: true, force: true });
for (const [folder, { type, options }] of Object.entries(FORMS)) {
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', source, '--outDir', join(target, folder), ...options];
  const { status, stdout } = spawnSync(process.execPath, tsc, { encoding: 'utf8' });
  if (status !== 0) fail(stdout);
  writeFileSync(join(target, folder, 'package.json'), `{ "type": "${type}" }\n`);
}
for (const file of ['package.json', 'README.md']) cpSync(join(source, file), join(target, file));
cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
