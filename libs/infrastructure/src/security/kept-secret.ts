import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataKey, dataKeys, SettingsError } from '@scoreboard/infrastructure/config';

/** The standalone's own secret for tokens: made once, kept in its data folder for this user alone. */
export const keptSecret = (folder: string): string => kept(folder, 'jwt-secret', () => randomBytes(48).toString('base64url'));

/**
 * The standalone's own key ring, in the form of `DATA_ENCRYPTION_KEYS`: made once, kept in its data folder for this user alone.
 * An operator may put a new key in front. Throws `SettingsError` where the file holds no ring.
 */
export function keptDataKeys(folder: string): readonly DataKey[] {
  const text = kept(folder, 'data-encryption-keys', () => `own-${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`);
  const ring = dataKeys.safeParse(text);
  if (ring.success) return ring.data;
  throw new SettingsError([`${join(folder, 'data-encryption-keys')}: ${ring.error.issues[0]!.message}`]);
}

function kept(folder: string, name: string, make: () => string): string {
  const file = join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, make(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
