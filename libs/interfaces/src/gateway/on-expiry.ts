import { TOLERANCE_SECONDS } from '@scoreboard/application';

/** A timer of Node holds no more than 24.8 days; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Calls `end` once when a token that expires at `expiresAt`, in Unix seconds, would be refused; never at once. Returns what
 * calls it off. Costs one timer, which does not keep the process alive.
 */
export function onExpiry(expiresAt: number, end: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const left = (expiresAt + TOLERANCE_SECONDS) * 1_000 - Date.now();
    timer = setTimeout(left > LONGEST_MS ? wait : end, Math.min(left, LONGEST_MS)).unref();
  };
  wait();
  return () => clearTimeout(timer);
}
