import { chmodSync, existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from './settings-error';

/** The standalone's files in its data folder. Other files are not changed. */
const OURS = ['database', 'database.new', 'lock', 'jwt-secret', 'data-encryption-keys', 'dead-letters.jsonl', 'dead-letters.jsonl.new', 'control.sock'];

const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Makes a data folder private to this user. Sets this process's umask to 077, so that later files are private too. If the folder exists,
 * removes other users' access to it and to the standalone's files in it. Throws `SettingsError` if the mode cannot be changed. Does
 * nothing on Windows, which has no file modes.
 */
export function keepPrivate(folder: string): void {
  if (process.platform === 'win32') return;
  process.umask(OTHERS);
  if (!existsSync(folder)) return;
  const real = realpathSync(folder);
  if (lstatSync(real).mode & STICKY) throw new SettingsError([`DATA_DIR: ${folder} is shared between users (sticky bit): use a folder of its own inside it`]);
  tighten(real);
  for (const name of readdirSync(real)) if (OURS.includes(name)) tightenAll(join(real, name));
}

function tightenAll(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return; // a link's own mode has no effect, and its target is outside the folder
  tighten(path);
  if (stat.isDirectory()) for (const name of readdirSync(path)) tightenAll(join(path, name));
}

function tighten(path: string): void {
  const { mode } = lstatSync(path);
  if (!(mode & OTHERS)) return;
  try {
    chmodSync(path, mode & 0o7777 & ~OTHERS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError([`DATA_DIR: other users can access ${path}, and this user cannot change that (${code}): change its owner (chown), or use another folder`]);
  }
}
