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

/**
 * Runs `work` with a signal that is aborted with `signal`, or by a `TimeoutError` after `ms`.
 *
 * Not `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: Node 20 may collect that timeout as garbage before it fires, and the work would never end.
 */
export async function withDeadline<T>(ms: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
