import { setTimeout as delay } from 'node:timers/promises';
import { steadily, withCpu } from '../clock';
import { median, quantile } from '../statistics';
import type { Crowd } from './crowd';
import type { Pusher } from './pushers';

/** A server with the clients that it pushes to. */
export interface Watched {
  readonly pusher: Pusher;
  readonly crowd: Crowd;
  /** What the server takes while nothing is pushed, in CPU seconds a second; default 0. */
  readonly idleCpu?: number;
}

export type PushTimes = Awaited<ReturnType<typeof measurePush>>;

/** As long as the servers of Socket.IO let pass between two pings: so every client is asked once for a sign of life. */
const IDLE_MS = 25_000;

/** Takes what each of them uses while nothing is pushed, side by side. */
export const measureIdle = (all: readonly Watched[]): Promise<Watched[]> =>
  Promise.all(
    all.map(async (watched) => {
      const { cpu, seconds } = await withCpu({ server: watched.pusher }, () => delay(IDLE_MS));
      return { ...watched, idleCpu: cpu.server / seconds };
    }),
  );

/** Pushes at a steady rate, whatever each takes. */
export const measurePush = async (watched: Watched, perSecond: number, seconds: number) => (await measurePushes([watched], perSecond, seconds))[0]!;

/** As `measurePush`, for gateways of one system: each of them has all pushes. */
export async function measurePushes(all: readonly Watched[], perSecond: number, seconds: number) {
  const { pusher } = all[0]!;
  for (const { crowd } of all) await crowd.hold(pusher.score); // forgets the times
  const begun = new Map<number, number>();
  const stop = steadily(perSecond, async () => {
    const score = pusher.score + 1;
    begun.set(score, await pusher.push());
  });
  const pushing = delay((seconds + 0.5 / perSecond) * 1_000).then(stop); // half a period more, so that the last push is one of them
  return Promise.all(
    all.map(async ({ pusher: server, crowd, idleCpu = 0 }) => {
      const busy = await withCpu({ server }, () => pushing.then(() => crowd.hold(pusher.score)));
      const summary = summarize(begun, busy.result, crowd.clients);
      const delivered = begun.size * crowd.clients - summary.skipped;
      /** `cpu`: of the server for one push to one client, without what it takes while nothing is pushed; microseconds. */
      return { ...summary, cpu: ((busy.cpu.server - idleCpu * busy.seconds) * 1e6) / delivered };
    }),
  );
}

/** A client that skipped a board counts with the one that it got instead. */
function summarize(begun: ReadonlyMap<number, number>, arrivals: Readonly<Record<number, readonly number[]>>, clients: number) {
  const [waits, lasts, spreads]: [number[], number[], number[]] = [[], [], []];
  let skipped = 0;
  let later: readonly number[] = [];
  for (const [score, at] of [...begun].sort(([a], [b]) => b - a)) {
    const own = arrivals[score] ?? [];
    skipped += clients - own.length;
    // Who had only a later board had this one with it; those are the last to have it, as a bound from above.
    const all = [...own, ...later.toSorted((a, b) => b - a).slice(0, clients - own.length)].sort((a, b) => a - b);
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
