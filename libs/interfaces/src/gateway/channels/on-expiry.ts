import { TOLERANCE_SECONDS } from '@scoreboard/application';

/** Node's longest timer, 24.8 days; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Calls `end` once, when a token that expires at `expiresAt` (Unix seconds) would start to be refused; never synchronously. Returns a
 * function that cancels the call. Costs one timer, which does not keep the process alive.
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
