import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds } from '@scoreboard/harness';
import { median, quantile } from '../report';
import { steadily } from './clock';
import type { Crowd } from './crowd';
import type { Pusher } from './pushers';

export type PushTimes = Awaited<ReturnType<typeof measurePush>>;

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
export async function measurePush(pusher: Pusher, crowd: Crowd, perSecond: number, seconds: number, idleCpu = 0) {
  await crowd.hold(pusher.score);
  const begun = new Map<number, number>();
  let arrivals: Readonly<Record<number, readonly number[]>> = {};
  const busy = await cpuOver(pusher, async () => {
    const stop = steadily(perSecond, async () => {
      const score = pusher.score + 1;
      begun.set(score, await pusher.push());
    });
    await delay((seconds + 0.5 / perSecond) * 1_000); // half a period more, so that the last push is one of them
    await stop();
    arrivals = await crowd.hold(pusher.score);
  });
  const summary = summarize(begun, arrivals, crowd.clients);
  const delivered = begun.size * crowd.clients - summary.skipped;
  /** `cpu`: of the server for one push to one client, without what it takes while nothing is pushed; microseconds. */
  return { ...summary, cpu: ((busy.cpuSeconds - idleCpu * busy.seconds) * 1e6) / delivered };
}

/** The CPU of each of these gateways of one system for one push to one client, in microseconds, all over the same pushes. */
export async function measureSideBySide(gateways: readonly { readonly pusher: Pusher; readonly crowd: Crowd }[], perSecond: number, seconds: number, idleCpu: readonly number[]): Promise<number[]> {
  const [{ pusher }] = gateways as [(typeof gateways)[number]];
  for (const { crowd } of gateways) await crowd.hold(pusher.score); // forgets the times
  const stop = steadily(perSecond, () => pusher.push());
  const pushing = delay(seconds * 1_000).then(stop);
  const busy = await Promise.all(gateways.map((gateway) => cpuOver(gateway.pusher, () => pushing.then(() => gateway.crowd.hold(pusher.score)))));
  return busy.map(({ cpuSeconds, seconds, result }, i) => ((cpuSeconds - idleCpu[i]! * seconds) * 1e6) / Object.values(result).flat().length);
}

async function cpuOver<T>({ pid }: Pusher, task: () => Promise<T>): Promise<{ readonly cpuSeconds: number; readonly seconds: number; readonly result: T }> {
  const [cpu, at] = [cpuSeconds(pid), performance.now()];
  const result = await task();
  return { result, cpuSeconds: cpuSeconds(pid) - cpu, seconds: (performance.now() - at) / 1_000 };
}

/** A client that skipped a board counts with the one that it got instead. */
function summarize(begun: ReadonlyMap<number, number>, arrivals: Readonly<Record<number, readonly number[]>>, clients: number) {
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
  return {
    /** From the POST (of a yardstick: its call) to a client's screen, over all pushes and clients; ms. */
    ...{ p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) },
    /** From the POST to the last client's screen: median over the pushes, in ms. */
    last: median(lasts),
    /** From the first client's screen to the last one's: median over the pushes, in ms. */
    spread: median(spreads),
    /** Boards that a client skipped: it was sent the next one instead. */
    skipped,
  };
}
