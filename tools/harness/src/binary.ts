import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Runs a program to its end; rejects where it fails. */
export const run = promisify(execFile);

/** The path of an executable: from `folders` first, then from PATH; undefined where there is none. */
export function findBinary(name: string, folders: readonly string[] = []): string | undefined {
  const path = (process.env.PATH ?? '').split(delimiter);
  return [...folders, ...path].map((folder) => join(folder, name)).find(isExecutable);
}

export function lacks(name: string): never {
  throw new Error(`there is no ${name}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs Debian packages with apt-get, saying what it does on stderr. Needs root. Throws with apt's last words.
 * The packages' own services are not started, where the system heeds a run level.
 */
export async function installPackages(packages: readonly string[]): Promise<void> {
  if (!findBinary('apt-get')) throw new Error(`install ${packages.join(', ')} with this system's package manager`);
  if (process.getuid?.() !== 0) throw new Error(`run as root: apt-get install ${packages.join(' ')}`);
  console.error(`Installing ${packages.join(', ')} with apt-get; this takes a minute or two …`);
  await aptGet('update');
  await aptGet('install', '-y', '--no-install-recommends', ...packages);
  console.error('Installed.');
}

/** Has a tool, installing its Debian packages where the machine lacks it. Resolves with why it cannot be had, undefined where it is there. */
export async function haveTool(find: () => string | undefined, ...packages: readonly string[]): Promise<string | undefined> {
  if (find()) return undefined;
  return installPackages(packages).then(() => (find() ? undefined : `${packages.join(', ')} did not bring it`), (error: Error) => error.message);
}

async function aptGet(...args: string[]): Promise<void> {
  // In run level 1 packages start no service of theirs.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', PREVLEVEL: 'N' };
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
  await run('apt-get', [...options, ...args], { env, maxBuffer: Infinity }).catch(({ code, stdout, stderr }: { code: unknown; stdout: string; stderr: string }) => {
    throw new Error(`apt-get ${args[0]} failed with code ${code as number}:\n${(stdout + stderr).slice(-2_000).trim()}`);
  });
}

export const CHROMIUM_PACKAGE = 'chromium';

/** Chrome and its like, by the names they are installed under. */
export const findChromium = () => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => findBinary(name)).find(Boolean);
