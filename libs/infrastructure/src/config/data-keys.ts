import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** A key for personal data at rest: 32 bytes, with the name by which sealed data refers to it. */
export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

const FORM = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** A ring `id:base64,…` of them, the current one first. A problem is told without the keys. */
export const dataKeys = z.string().transform((text, context): readonly DataKey[] => {
  const entries = text.split(',').map((entry) => FORM.exec(entry.trim()));
  const bad = entries.findIndex((entry) => !entry);
  if (bad >= 0) {
    context.addIssue({ code: 'custom', message: `entry ${bad + 1} must be id:base64 with an id of letters, digits, - or _ and 32 bytes (openssl rand -base64 32)` });
    return z.NEVER;
  }
  const keys = entries.map((entry) => ({ id: entry![1]!, key: createSecretKey(entry![2]!, 'base64') }));
  const twice = keys.find(({ id }, i) => keys.findIndex((other) => other.id === id) < i);
  if (!twice) return keys;
  context.addIssue({ code: 'custom', message: `the id ${twice.id} stands in it twice` });
  return z.NEVER;
});
