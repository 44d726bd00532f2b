import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataKey, dataKeys } from './data-keys';
import { keepPrivate } from './private-folder';
import type { Settings } from './settings';
import { SettingsError } from './settings-error';

const DATA_KEYS_FILE = 'data-encryption-keys';

/** The standalone's own secret for tokens: created once in its data folder, readable for this user only. */
export const generatedSecret = (folder: string): string => kept(folder, 'jwt-secret', () => randomBytes(48).toString('base64url'));

/**
 * The standalone's own key ring, in the form of `DATA_ENCRYPTION_KEYS`: created once in its data folder, readable for this user only.
 * An operator may put a new key first. Throws `SettingsError` if the file contains no key ring.
 */
export function generatedDataKeys(folder: string): readonly DataKey[] {
  const text = kept(folder, DATA_KEYS_FILE, () => `own-${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`);
  const ring = dataKeys.safeParse(text);
  if (ring.success) return ring.data;
  throw new SettingsError([`${join(folder, DATA_KEYS_FILE)}: ${ring.error.issues[0]!.message}`]);
}

/** The key ring for an operator's command: the one in the settings, otherwise the standalone's own if it exists. */
export function operatorDataKeys({ DATA_ENCRYPTION_KEYS, DATA_DIR }: Pick<Settings, 'DATA_ENCRYPTION_KEYS' | 'DATA_DIR'>): readonly DataKey[] | undefined {
  if (DATA_ENCRYPTION_KEYS) return DATA_ENCRYPTION_KEYS;
  return existsSync(join(DATA_DIR, DATA_KEYS_FILE)) ? generatedDataKeys(DATA_DIR) : undefined;
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

/** These settings, with keys from the data folder for those that are not set: to sign tokens, and to encrypt personal data. Makes the folder private. */
export function withGeneratedSecrets(settings: Settings): Settings {
  keepPrivate(settings.DATA_DIR);
  return { ...withGeneratedSecret(settings), DATA_ENCRYPTION_KEYS: settings.DATA_ENCRYPTION_KEYS ?? generatedDataKeys(settings.DATA_DIR) };
}

/** These settings, with the secret from the data folder if no key is set. */
export function withGeneratedSecret(settings: Settings): Settings {
  const { JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI, JWT_PRIVATE_KEY, DATA_DIR } = settings;
  return JWT_SECRET || JWT_PUBLIC_KEY || JWT_JWKS_URI || JWT_PRIVATE_KEY ? settings : { ...settings, JWT_SECRET: generatedSecret(DATA_DIR) };
}
