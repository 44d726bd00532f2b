import { setTimeout as delay } from 'node:timers/promises';

/** The wait before the next try, in ms: doubled by each failure, from `first` to `most`, less up to half of it so that many do not return at once. */
export const backoff = (failures: number, first: number, most: number): number =>
  Math.min(most, first * 2 ** failures) * (1 - Math.random() / 2);

/** Resolves after `ms`, or as soon as the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined); // an abort only ends the pause
}

/** Waits for `work` to settle, whichever way, but no longer than `ms`. For closing down, where an error changes nothing any more. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([settled, pause(ms, timer.signal)]);
  timer.abort();
}
