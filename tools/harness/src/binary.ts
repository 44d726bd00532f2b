import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Runs a program to its end; rejects where it fails. */
export const run = promisify(execFile);

/** Debian's commands of RabbitMQ in PATH change to the system's own broker user; these do not. */
const RABBITMQ = '/usr/lib/rabbitmq/bin';
const POSTGRES = '/usr/lib/postgresql';

/** Where PostgreSQL's own commands lie beside `initdb`; of several versions the newest first. */
function postgresFolders(): string[] {
  const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(POSTGRES, version, 'bin')).filter((folder) => existsSync(join(folder, 'initdb')));
}

/** The path of an executable: from Debian's servers first, then from PATH. Undefined if it is not installed. */
export function findBinary(name: string): string | undefined {
  const PATH = [...postgresFolders(), RABBITMQ, process.env.PATH, '/usr/sbin'].join(delimiter);
  return spawnSync('/bin/sh', ['-c', 'command -v -- "$0"', name], { encoding: 'utf8', env: { PATH } }).stdout?.trim() || undefined;
}

/** The path of an executable that must be there. */
export function binary(name: string): string {
  const path = findBinary(name);
  if (!path) throw new Error(`there is no ${name}`);
  return path;
}

/** Who asks each server how it is, and Prometheus with its own tools: Debian's packages have a command of the same name each. */
const PROMETHEUS = ['prometheus', 'prometheus-alertmanager', 'prometheus-postgres-exporter', 'prometheus-redis-exporter', 'prometheus-nginx-exporter'];

/** What tests and tools run on: how each is found, and the Debian packages that bring it. */
const TOOLS = {
  postgres: { find: () => findBinary('initdb'), packages: ['postgresql'] },
  redis: { find: () => findBinary('redis-server'), packages: ['redis-server'] },
  rabbitmq: { find: () => findBinary('rabbitmq-server'), packages: ['rabbitmq-server'] },
  nginx: { find: () => findBinary('nginx'), packages: ['nginx'] },
  prometheus: { find: () => [...PROMETHEUS, 'promtool', 'amtool'].every(findBinary) ? findBinary('prometheus') : undefined, packages: PROMETHEUS },
  // Chromium without its windows takes a third of the CPU.
  chromium: { find: () => ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].map(findBinary).find(Boolean), packages: ['chromium-headless-shell'] },
  firefox: { find: () => ['firefox-esr', 'firefox'].map(findBinary).find(Boolean), packages: ['firefox-esr'] },
};

export type ToolName = keyof typeof TOOLS;

/** The path of a tool's command, where all that belongs to it is there as well. */
export const findTool = (name: ToolName): string | undefined => TOOLS[name].find();

/** Installs what the machine lacks of these tools. Resolves with why one cannot be had; those that are there have no entry. */
export async function haveTools<Name extends ToolName>(...names: readonly Name[]): Promise<Partial<Record<Name, string>>> {
  const absent = names.filter((name) => !findTool(name));
  const reasons: Partial<Record<Name, string>> = {};
  if (!absent.length) return reasons;
  const packages = absent.flatMap((name) => TOOLS[name].packages);
  const refusal = await prepareInstallation(packages).then(() => undefined, (error: Error) => error.message);
  // Each on its own: a package that this system does not have must not keep the others away.
  for (const name of absent) {
    const own = TOOLS[name].packages;
    const install = () => aptGet('install', '-y', '--no-install-recommends', ...own);
    const reason = refusal ?? (await install().then(() => `${own.join(', ')} did not bring it`, (error: Error) => error.message));
    if (!findTool(name)) reasons[name] = reason;
  }
  if (refusal === undefined) console.error('Installed.');
  return reasons;
}

/** Says on stderr what will be installed. Throws where that is not possible, with what a person can do. */
async function prepareInstallation(packages: readonly string[]): Promise<void> {
  if (!findBinary('apt-get')) throw new Error(`install ${packages.join(', ')} with this system's package manager`);
  if (process.getuid?.() !== 0) throw new Error(`run as root: apt-get install ${packages.join(' ')}`);
  console.error(`Installing ${packages.join(', ')} with apt-get; this takes a minute or two …`);
  await aptGet('update');
}

/** Throws with apt's last words. */
async function aptGet(...args: string[]): Promise<void> {
  // In run level 1 packages start no service of theirs, where the system heeds it.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', PREVLEVEL: 'N' };
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
  await run('apt-get', [...options, ...args], { env, maxBuffer: Infinity }).catch(({ code, stdout, stderr }: { code: unknown; stdout: string; stderr: string }) => {
    throw new Error(`apt-get ${args[0]} failed with code ${code as number}:\n${(stdout + stderr).slice(-2_000).trim()}`);
  });
}
