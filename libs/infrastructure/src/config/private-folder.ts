import { chmodSync, existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from './settings-error';

/** What a standalone keeps in its data folder. Whatever else is there is not ours to change. */
const OURS = ['database', 'database.new', 'lock', 'jwt-secret', 'data-encryption-keys', 'dead-letters.jsonl', 'dead-letters.jsonl.new', 'control.sock'];

const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Keeps a data folder for this user alone: whatever this process makes from now on is its user's alone (its umask becomes 077), and where
 * the folder exists, the rights of others are taken from it and from what a standalone keeps there. Throws `SettingsError` where they
 * cannot be taken. Windows has other rights, which stay as they are.
 */
export function keepPrivate(folder: string): void {
  if (process.platform === 'win32') return;
  process.umask(OTHERS);
  if (!existsSync(folder)) return;
  const real = realpathSync(folder);
  if (lstatSync(real).mode & STICKY) throw new SettingsError([`DATA_DIR: ${folder} is a folder that users share: name a folder of its own in it`]);
  tighten(real);
  for (const name of readdirSync(real)) if (OURS.includes(name)) tightenAll(join(real, name));
}

function tightenAll(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return; // its own rights mean nothing, and what it leads to is not in the folder
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
    throw new SettingsError([`DATA_DIR: others may read ${path}, and this user cannot change that (${code}): make it this user's own (chown), or name another folder`]);
  }
}
