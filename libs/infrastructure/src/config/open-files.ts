import { existsSync, readFileSync } from 'node:fs';

const LIMITS = '/proc/self/limits';

/** For what is no client: servers, files, probes, and connections that are about to end. */
const OTHERS = 200;
const LEAST = 20;

/** This process's limit on open files, which Node raises at its start as far as it may; undefined where the system does not tell, or there is none. */
export function openFilesLimit(limits = existsSync(LIMITS) ? readFileSync(LIMITS, 'utf8') : ''): number | undefined {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** How many connections of clients fit under the limit; undefined where there is none. */
export const connectionsThatFit = (limit = openFilesLimit()): number | undefined => (limit === undefined ? undefined : Math.max(limit - OTHERS, LEAST));

/** What is wrong where not all clients that may connect fit under the limit. */
export function openFilesProblem(maxConnections: number, limit = openFilesLimit()): string | undefined {
  const needed = maxConnections + OTHERS;
  if (limit === undefined || limit >= needed) return undefined;
  return `MAX_CONNECTIONS is ${maxConnections}, which needs ${needed} open files; the limit is ${limit} (ulimit -n), so clients past it are cut without an answer`;
}
