import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** A 32-byte key for personal data at rest, with the id that encrypted data refers to. */
export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

const FORM = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** A key ring `id:base64,…`, the current key first. Errors never contain the keys. */
export const dataKeys = z.string().transform((text, context): readonly DataKey[] => {
  const entries = text.split(',').map((entry) => FORM.exec(entry.trim()));
  const bad = entries.findIndex((entry) => !entry);
  if (bad >= 0) {
    context.addIssue({ code: 'custom', message: `entry ${bad + 1} must be id:base64, with an id of letters, digits, - or _, and a key of 32 bytes (openssl rand -base64 32)` });
    return z.NEVER;
  }
  const keys = entries.map((entry) => ({ id: entry![1]!, key: createSecretKey(entry![2]!, 'base64') }));
  const twice = keys.find(({ id }, i) => keys.findIndex((other) => other.id === id) < i);
  if (!twice) return keys;
  context.addIssue({ code: 'custom', message: `contains the id ${twice.id} twice` });
  return z.NEVER;
});

/** The key of shown user ids. */
export const userIdKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be a key of 32 bytes in base64 (openssl rand -base64 32)')
  .transform((text) => createSecretKey(text, 'base64'));
