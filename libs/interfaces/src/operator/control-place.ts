import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The most bytes of a Unix socket's path: 104 with the end of the text on macOS, 108 on Linux. */
const MAX_PATH_BYTES = 103;
const ELSEWHERE = 'scoreboard-control-';
const NAME = 'control.sock';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Where the control channel of a data folder is: a socket in it, or a link there to one. Windows has named pipes beside the file system. */
export function controlPlace(folder: string): string {
  const real = realpathSync(folder);
  return process.platform === 'win32' ? `\\\\.\\pipe\\scoreboard-${sha256(real).slice(0, 32)}` : join(real, NAME);
}

/** Where to connect to. Throws ENOENT where there is no channel. */
export const controlAddress = (folder: string): string => (process.platform === 'win32' ? controlPlace(folder) : realpathSync(controlPlace(folder)));

export const fitsSocket = (path: string): boolean => Buffer.byteLength(path) <= MAX_PATH_BYTES;

/** Makes a place for a socket in a folder of its own, which nobody else can enter, and a link to it where it is looked for. */
export function placeElsewhere(place: string): string {
  const parents = [tmpdir(), '/tmp'];
  const parent = parents.find((folder) => fitsSocket(join(folder, `${ELSEWHERE}xxxxxx`, NAME))) ?? '/tmp';
  const elsewhere = join(mkdtempSync(join(parent, ELSEWHERE)), NAME);
  symlinkSync(elsewhere, place);
  return elsewhere;
}

/** Takes away what a process has left there, with the folder elsewhere that was made for it. */
export function clearPlace(place: string): void {
  const target = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(place) : undefined;
  if (target && basename(dirname(target)).startsWith(ELSEWHERE)) rmSync(dirname(target), { recursive: true, force: true });
  rmSync(place, { force: true });
}
