import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const path = (name) => join(root, name);
const read = (name) => (existsSync(path(name)) ? readFileSync(path(name)) : undefined);

const SOURCES = ['apps', 'libs', 'tools', 'tsconfig.json', 'tsconfig.build.json', '.swcrc', 'nest-cli.json', 'package-lock.json'];
export const ROLES = ['standalone', 'api', 'worker', 'gateway'];
const CLUSTER_FOLDER = 'libs/infrastructure/src/postgres';
const SOURCES_STAMP = 'dist/.scoreboard-sources';
export const COMMAND = 'dist/apps/cli/main.js';

/** Installs and builds what is missing or out of date; under 100 ms when nothing is. Ends the process where it cannot. */
export function setUp() {
  installMissing();
  const sources = hashOf(SOURCES);
  if (String(read(SOURCES_STAMP)) !== sources) build(sources);
}

/** Installs the dependencies where some are missing. Ends the process where it cannot, and where Node is too old. */
export function installMissing() {
  requireNode(20, 19);
  if (isInstalled()) return;
  say('Installing the dependencies (npm ci), a minute or so …');
  runNpm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
}

function requireNode(major, minor) {
  const [actualMajor, actualMinor] = process.versions.node.split('.').map(Number);
  if (actualMajor > major || (actualMajor === major && actualMinor >= minor)) return;
  fail(`Node ${major}.${minor} or newer is needed; this is ${process.version}.`);
}

/** npm notes what it has installed, in the lock file's own form: compared with that, whoever installed it counts. */
function isInstalled() {
  const installed = read('node_modules/.package-lock.json');
  if (!installed) return false;
  const { packages: present } = JSON.parse(installed);
  const { packages: wanted } = JSON.parse(read('package-lock.json'));
  return Object.entries(wanted).every(([name, { version, optional }]) => !name || (present[name] ? present[name].version === version : optional));
}

function build(sources) {
  say('Building …');
  emptyDist();
  makeCluster();
  run(process.execPath, [path('node_modules/@nestjs/cli/bin/nest.js'), 'build', '--all']);
  if (existsSync(path('apps/web/index.html'))) {
    vite('--emptyOutDir', '--outDir', '../../dist/apps/web');
    vite('--emptyOutDir', '--config', 'apps/web/client.vite.mts', '--outDir', '../../dist/apps/web/client');
    vite('--config', 'apps/web/desk.vite.mts', '--outDir', '../../dist/apps/web'); // beside the page, which stays
  }
  // `node dist/apps/<role>/main.js`, whatever folders the compiler keeps below it.
  for (const role of ROLES) writeFileSync(path(`dist/apps/${role}/main.js`), "require('./src/main.js');\n");
  makeCommand();
  writeFileSync(path(SOURCES_STAMP), sources);
}

const vite = (...options) => run(process.execPath, [path('node_modules/vite/bin/vite.js'), 'build', 'apps/web', ...options]);

/** The packed libraries stay: applications have them in their lock files. */
function emptyDist() {
  if (!existsSync(path('dist'))) return;
  const others = readdirSync(path('dist')).filter((name) => !/^scoreboard-(client|nest|react)-.*\.tgz$/.test(name));
  for (const name of others) rmSync(path(`dist/${name}`), { recursive: true });
}

/** The program `scoreboard`, which runs by its name. */
function makeCommand() {
  writeFileSync(path(COMMAND), "#!/usr/bin/env node\nprocess.setSourceMapsEnabled(true);\nrequire('./src/main.js');\n");
  chmodSync(path(COMMAND), 0o755);
}

/** The archive that new embedded databases are unpacked from: made once for each version of PGlite. */
function makeCluster() {
  const { version } = JSON.parse(read('node_modules/@electric-sql/pglite/package.json'));
  const archive = `new-cluster-${version}.tar.gz`;
  const others = readdirSync(path(CLUSTER_FOLDER)).filter((name) => name.endsWith('.tar.gz') && name !== archive);
  for (const name of others) rmSync(path(`${CLUSTER_FOLDER}/${name}`));
  if (!existsSync(path(`${CLUSTER_FOLDER}/${archive}`))) run(process.execPath, [path('scripts/new-cluster.mjs'), path(`${CLUSTER_FOLDER}/${archive}`)]);
}

/** Of names and contents, not of times: a checkout or a copy does not make anything newer. Tests are not built, and what a build makes is no source. */
function hashOf(names) {
  const hash = createHash('sha256');
  for (const name of names.flatMap(filesOf)) hash.update(`${name}\0`).update(readFileSync(path(name))).update('\0');
  return hash.digest('hex');
}

function filesOf(name) {
  if (!existsSync(path(name)) || /\.(spec|contract)\.ts$|\.tar\.gz/.test(name)) return [];
  if (!statSync(path(name)).isDirectory()) return [name];
  return readdirSync(path(name)).sort().flatMap((child) => filesOf(`${name}/${child}`));
}

export function runNpm(...args) {
  const npm = process.env.npm_execpath;
  const [command, script] = npm?.endsWith('npm-cli.js') ? [process.execPath, [npm]] : ['npm', []];
  run(command, [...script, ...args], { shell: command === 'npm' && process.platform === 'win32' });
}

/** Quiet while it succeeds; what it said is shown when it fails. */
export function run(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 2 ** 20, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  if (status !== 0) fail([stdout, stderr, error?.message, `${args.join(' ')} failed.`].filter(Boolean).join('\n'));
}

/** On stderr: what a command prints on stdout may be read by another. */
export const say = (line) => console.error(line);

export function fail(line) {
  say(line);
  process.exit(1);
}
