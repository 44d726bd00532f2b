import { setTimeout as delay } from 'node:timers/promises';

/**
 * Retries `assertion` until it no longer throws, and resolves with its result. After `withinMs` (default: 60,000, so that a slow machine has time) it
 * rejects with the last error.
 */
export async function eventually<T>(assertion: () => T | Promise<T>, { withinMs = 60_000, everyMs = 20 } = {}): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(everyMs);
  }
}

/** Waits until the condition holds. */
export const until = (condition: () => boolean | Promise<boolean>): Promise<void> =>
  eventually(async () => {
    if (!(await condition())) throw new Error(`still not so: ${condition}`);
  });
