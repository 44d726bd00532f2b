import { setTimeout as delay } from 'node:timers/promises';

/** The delay before the next attempt, in ms: doubled by each failure, from `first` up to `most`, minus up to half of it as jitter. */
export const backoff = (failures: number, first: number, most: number): number =>
  Math.min(most, first * 2 ** failures) * (1 - Math.random() / 2);

/** Resolves after `ms`, or as soon as the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined); // an abort only ends the pause early
}

/** Waits for `work` to settle, but at most `ms`. Ignores its error: used at shutdown, where an error no longer matters. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([settled, pause(ms, timer.signal)]);
  timer.abort();
}
