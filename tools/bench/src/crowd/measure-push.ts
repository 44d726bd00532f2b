import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds } from '@scoreboard/harness';
import type { Crowd } from './crowd';
import type { Pusher } from './pushers';

export interface PushTimes {
  /** From the POST (of a yardstick: its call) to a client's screen, over all pushes and clients; ms. */
  readonly p50: number;
  readonly p99: number;
  /** From the POST to the last client's screen: median over the pushes, in ms. */
  readonly last: number;
  /** From the first client's screen to the last one's: median over the pushes, in ms. */
  readonly spread: number;
  /** CPU of the server for one push to one client, without what it takes while nothing is pushed; microseconds. */
  readonly cpu: number;
  /** Boards that a client skipped: it was sent the next one instead. */
  readonly skipped: number;
}

/** As long as the servers of Socket.IO let pass between two pings: so every client is asked once for a sign of life. */
const IDLE_MS = 25_000;

/** The CPU seconds a second of servers that push nothing, side by side. */
export const measureIdle = (pushers: readonly Pusher[]): Promise<number[]> =>
  Promise.all(
    pushers.map(async (pusher) => {
      const { cpuSeconds, seconds } = await cpuOver(pusher, () => delay(IDLE_MS));
      return cpuSeconds / seconds;
    }),
  );

/** Pushes at a steady rate, whatever each takes. `idleCpu` is what the server takes while nothing is pushed, in CPU seconds a second. */
export async function measurePush(pusher: Pusher, crowd: Crowd, perSecond: number, seconds: number, idleCpu = 0): Promise<PushTimes> {
  await crowd.hold(pusher.score);
  const begun = new Map<number, number>();
  const pushes = Math.max(1, perSecond * seconds);
  let arrivals: Readonly<Record<number, readonly number[]>> = {};
  const busy = await cpuOver(pusher, async () => {
    const running: Promise<void>[] = [];
    const start = Date.now();
    for (let i = 0; i < pushes; i++) {
      await delay(Math.max(0, start + (i * 1_000) / perSecond - Date.now()));
      const score = pusher.score + 1;
      running.push(pusher.push().then((at) => void begun.set(score, at)));
    }
    await Promise.all(running);
    arrivals = await crowd.hold(pusher.score);
  });
  const summary = summarize(begun, arrivals, crowd.clients);
  const delivered = pushes * crowd.clients - summary.skipped;
  return { ...summary, cpu: ((busy.cpuSeconds - idleCpu * busy.seconds) * 1e6) / delivered };
}

async function cpuOver({ pid }: Pusher, task: () => Promise<unknown>): Promise<{ readonly cpuSeconds: number; readonly seconds: number }> {
  const [cpu, at] = [cpuSeconds(pid), performance.now()];
  await task();
  return { cpuSeconds: cpuSeconds(pid) - cpu, seconds: (performance.now() - at) / 1_000 };
}

/** A client that skipped a board counts with the one that it got instead. */
function summarize(begun: ReadonlyMap<number, number>, arrivals: Readonly<Record<number, readonly number[]>>, clients: number): Omit<PushTimes, 'cpu'> {
  const scores = [...begun.keys()].sort((a, b) => b - a);
  const waits: number[] = [];
  const lasts: number[] = [];
  const spreads: number[] = [];
  let skipped = 0;
  let later: readonly number[] = [];
  for (const score of scores) {
    const own = arrivals[score] ?? [];
    skipped += clients - own.length;
    // Who had only a later board had this one with it; those are the last to have it, as a bound from above.
    const all = [...own, ...[...later].sort((a, b) => b - a).slice(0, clients - own.length)].sort((a, b) => a - b);
    const at = begun.get(score)!;
    for (const time of all) waits.push(time - at);
    lasts.push(all.at(-1)! - at);
    spreads.push(all.at(-1)! - all[0]!);
    later = all;
  }
  waits.sort((a, b) => a - b);
  return { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), last: quantile(lasts.sort((a, b) => a - b), 0.5), spread: quantile(spreads.sort((a, b) => a - b), 0.5), skipped };
}

/** Of sorted numbers; NaN of none. */
export const quantile = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
