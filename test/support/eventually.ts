import { setTimeout as delay } from 'node:timers/promises';

export { eventually } from '@scoreboard/application/eventually.contract';

/** Resolves when the current minute lasts for `ms` more. The windows of rate limits begin with the minute, and hits of that moment may count in both. */
export async function inOneMinute(ms: number): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < ms) await delay(left + 10);
}
