import { setTimeout as delay } from 'node:timers/promises';

/** Tries until it holds, or until `withinMs` have passed; resolves with whether it does. What throws does not hold yet. */
export async function eventually(holds: () => boolean | Promise<boolean>, withinMs: number, everyMs = 100): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (await Promise.resolve().then(holds).catch(() => false)) return true;
    if (Date.now() > deadline) return false;
    await delay(everyMs);
  }
}

/** As `eventually`; throws where it does not hold in time. */
export async function until(what: string, withinMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  if (!(await eventually(holds, withinMs, 20))) throw new Error(`not within ${withinMs / 1_000} s: ${what}`);
}
