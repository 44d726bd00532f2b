const FIRST_MS = 500;
const LONGEST_MS = 5_000;

/** A random moment in the next `ms`: many clients that lost one server do not all come back at once. */
export const somewhenIn = (ms: number): number => Math.random() * ms;

/** How long to wait after so many failures in a row (0: the first), in milliseconds: half of it certain, half of it random, 5 s at most where nothing else is said. */
export function backoff(failures: number, longestMs = LONGEST_MS): number {
  const ms = Math.min(longestMs, FIRST_MS * 2 ** failures);
  return ms / 2 + somewhenIn(ms / 2);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
