import { existsSync, readFileSync } from 'node:fs';

const LIMITS = '/proc/self/limits';

/** For everything except clients: servers, files, probes, and closing connections. */
const OTHERS = 200;
const LEAST = 20;

/** This process's limit on open files, which Node raises to the hard limit at startup; undefined if unknown or unlimited. */
export function openFilesLimit(limits = existsSync(LIMITS) ? readFileSync(LIMITS, 'utf8') : ''): number | undefined {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** The number of client connections that the limit allows; undefined if there is no limit. */
export const connectionsThatFit = (limit = openFilesLimit()): number | undefined => (limit === undefined ? undefined : Math.max(limit - OTHERS, LEAST));

/** The problem if the limit is too low for `maxConnections` clients; otherwise undefined. */
export function openFilesProblem(maxConnections: number, limit = openFilesLimit()): string | undefined {
  const needed = maxConnections + OTHERS;
  if (limit === undefined || limit >= needed) return undefined;
  return `MAX_CONNECTIONS is ${maxConnections}, which needs ${needed} open files; the limit is ${limit} (ulimit -n), so connections beyond it are cut without a response`;
}
