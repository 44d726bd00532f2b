import { readFileSync } from 'node:fs';

/**
 * What DATABASE_URL may say of TLS. libpq's other modes (`prefer`, `require`, `verify-ca`) encrypt without knowing to whom, or
 * go on in plain, and the driver has changed what it takes them for: so they are refused rather than interpreted.
 */
const MODES = ['disable', 'verify-full'];
const FILES = ['sslrootcert', 'sslcert', 'sslkey'];

export const wantsTls = (url: URL): boolean => url.searchParams.get('sslmode') === 'verify-full';

/** What is wrong with how a `postgres://` URL asks for TLS; undefined where nothing is. */
export function databaseTlsProblem(url: URL): string | undefined {
  const asked = [...url.searchParams].filter(([name]) => /^(ssl|uselibpqcompat)/i.test(name));
  const names = asked.map(([name]) => name);
  if (new Set(names).size < names.length) return `${names.find((name, at) => names.indexOf(name) < at)} must be said once`;
  const unknown = names.find((name) => name !== 'sslmode' && !FILES.includes(name));
  if (unknown) return `${unknown} is not supported; sslmode=verify-full asks for TLS`;
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !MODES.includes(mode)) return 'sslmode must be verify-full (TLS, the server is checked) or disable (plain)';
  if (names.length && !mode) return `${names[0]} needs sslmode=verify-full`;
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
