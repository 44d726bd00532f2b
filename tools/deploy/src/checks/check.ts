/** Gives a line for each mistake; throws `Skipped` where it cannot look. `root` is the project's folder, or a copy of it. */
export type Check = (root: string) => readonly string[] | Promise<readonly string[]>;

/** Why a check could not look, which is said loudly and fails nothing. */
export class Skipped extends Error {}

export function skip(reason: string): never {
  throw new Skipped(reason);
}

/** A mistake, unless this holds. */
export const unless = (holds: unknown, mistake: string): string[] => (holds ? [] : [mistake]);
