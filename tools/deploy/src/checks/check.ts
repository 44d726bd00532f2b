import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Gives a line for each mistake; throws `Skipped` where it cannot look. `root` is the project's folder, or a copy of it. */
export type Check = (root: string) => readonly string[] | Promise<readonly string[]>;

/** Why a check could not look, which is said loudly and fails nothing. */
export class Skipped extends Error {}

export function skip(reason: string): never {
  throw new Skipped(reason);
}

/** A file of the project. */
export const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');
export const readYaml = <T>(root: string, path: string): T => parse(read(root, path)) as T;

/** A mistake, unless this holds. */
export const unless = (holds: unknown, mistake: string): string[] => (holds ? [] : [mistake]);
