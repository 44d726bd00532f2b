import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { installMissing, root, run, runNpm } from './setup.mjs';
import { wordsOrExit } from './words.mjs';

// The client library as a tarball, for npm install and for npm publish.
const HELP = 'npm run build:client [-- <folder>]\n\nPacks the client library as a tarball into a folder (default: dist), and prints its path.';
const [named = join(root, 'dist')] = wordsOrExit(HELP, 1);
const folder = resolve(named);
const source = join(root, 'libs/client');
const { name, version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
const FORMS = { cjs: { type: 'commonjs', options: [] }, esm: { type: 'module', options: ['--module', 'esnext', '--moduleResolution', 'bundler'] } };

installMissing();
const built = mkdtempSync(join(tmpdir(), 'scoreboard-client-'));
process.on('exit', () => rmSync(built, { recursive: true, force: true }));
for (const [form, { type, options }] of Object.entries(FORMS)) {
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', source, '--outDir', join(built, form), ...options]);
  writeFileSync(join(built, form, 'package.json'), `{ "type": "${type}" }\n`);
}
for (const file of ['package.json', 'README.md']) cpSync(join(source, file), join(built, file));
cpSync(join(root, 'LICENSE'), join(built, 'LICENSE'));
mkdirSync(folder, { recursive: true });
runNpm('pack', '--silent', '--pack-destination', folder, built);
console.log(relative(process.cwd(), join(folder, `${name.slice(1).replace('/', '-')}-${version}.tgz`)));
