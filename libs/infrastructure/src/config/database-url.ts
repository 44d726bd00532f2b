import { readFileSync } from 'node:fs';

/**
 * The `sslmode` values that DATABASE_URL may have. libpq's other modes (`prefer`, `require`, `verify-ca`) encrypt without checking the
 * server or fall back to plain, and the driver has changed how it interprets them, so they are refused.
 */
const MODES = ['disable', 'verify-full'];
const FILES = ['sslrootcert', 'sslcert', 'sslkey'];

export const wantsTls = (url: URL): boolean => url.searchParams.get('sslmode') === 'verify-full';

/** What is wrong with the TLS parameters of a `postgres://` URL; undefined if they are valid. */
export function databaseTlsProblem(url: URL): string | undefined {
  const asked = [...url.searchParams].filter(([name]) => /^(ssl|uselibpqcompat)/i.test(name));
  const names = asked.map(([name]) => name);
  if (new Set(names).size < names.length) return `${names.find((name, at) => names.indexOf(name) < at)} must occur only once`;
  const unknown = names.find((name) => name !== 'sslmode' && !FILES.includes(name));
  if (unknown) return `${unknown} is not supported; use sslmode=verify-full for TLS`;
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !MODES.includes(mode)) return 'sslmode must be verify-full (TLS with a verified server) or disable (no TLS)';
  if (names.length && !mode) return `${names[0]} requires sslmode=verify-full`;
  return asked.map(([name, file]) => (FILES.includes(name) ? unreadable(name, file) : undefined)).find(Boolean);
}

function unreadable(name: string, file: string): string | undefined {
  try {
    readFileSync(file);
    return undefined;
  } catch (error) {
    return `${name} ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}
