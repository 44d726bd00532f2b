/** What a check found: a line for each mistake, or why it could not look, which is said loudly and fails nothing. */
export interface Findings {
  readonly mistakes: readonly string[];
  readonly skipped?: string;
}

export interface Check {
  readonly name: string;
  /** `root` is the project's folder, or a copy of it. */
  run(root: string): Findings | Promise<Findings>;
}

export const found = (mistakes: readonly string[]): Findings => ({ mistakes });

export const skipped = (reason: string): Findings => ({ mistakes: [], skipped: reason });

/** A mistake, unless this holds. */
export const unless = (holds: unknown, mistake: string): string[] => (holds ? [] : [mistake]);
