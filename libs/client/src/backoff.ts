const FIRST_MS = 500;
const LONGEST_MS = 5_000;

/** A random delay below `ms`: clients that lost the same server do not all reconnect at once. */
export const somewhenIn = (ms: number): number => Math.random() * ms;

/** The delay in milliseconds after `failures` earlier failures in a row: half fixed, half random; at most `longestMs`, 5 s by default. */
export function backoff(failures: number, longestMs = LONGEST_MS): number {
  const ms = Math.min(longestMs, FIRST_MS * 2 ** failures);
  return ms / 2 + somewhenIn(ms / 2);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
