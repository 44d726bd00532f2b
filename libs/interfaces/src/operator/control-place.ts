import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The longest Unix socket path that works everywhere: the limit, including the terminating zero, is 104 bytes on macOS and 108 on Linux. */
const MAX_PATH_BYTES = 103;
const ELSEWHERE = 'scoreboard-control-';
const NAME = 'control.sock';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The path of a data folder's control channel: a socket in the folder, or a symbolic link there to one. On Windows a named pipe. */
export function controlPlace(folder: string): string {
  const real = realpathSync(folder);
  return process.platform === 'win32' ? `\\\\.\\pipe\\scoreboard-${sha256(real).slice(0, 32)}` : join(real, NAME);
}

/** The path to connect to. Throws ENOENT if there is no channel. */
export const controlAddress = (folder: string): string => (process.platform === 'win32' ? controlPlace(folder) : realpathSync(controlPlace(folder)));

export const fitsSocket = (path: string): boolean => Buffer.byteLength(path) <= MAX_PATH_BYTES;

/** Creates a private folder for the socket, and a symbolic link to the socket at `place`. */
export function placeElsewhere(place: string): string {
  const parents = [tmpdir(), '/tmp'];
  const parent = parents.find((folder) => fitsSocket(join(folder, `${ELSEWHERE}xxxxxx`, NAME))) ?? '/tmp';
  const elsewhere = join(mkdtempSync(join(parent, ELSEWHERE)), NAME);
  symlinkSync(elsewhere, place);
  return elsewhere;
}

/** Removes a leftover socket or link, and the private folder that was created for it. */
export function clearPlace(place: string): void {
  const target = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(place) : undefined;
  if (target && basename(dirname(target)).startsWith(ELSEWHERE)) rmSync(dirname(target), { recursive: true, force: true });
  rmSync(place, { force: true });
}
