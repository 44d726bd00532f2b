import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@scoreboard/harness';
import { postUpdate, token } from '../../driver/src/client';
import { Child } from './child';
import { machineTime, withCpu } from './clock';
import { Crowd } from './crowd/crowd';
import type { Ask, LoadJobs, LoadResult } from './load';
import { PLAYERS, PROBE } from './players';
import { sum } from './statistics';
import type { Snapshot, System, Totals } from './systems';

/** `clients` watch over Socket.IO, one of them the probe; to none nothing is pushed. With `keys` every update has a fresh Idempotency-Key. */
export type Scenario = Readonly<{ connections: number; clients: number; keys: boolean }>;

export type Measured = Awaited<ReturnType<typeof measure>>;

const DRAINED_WITHIN_MS = 60_000;
const SETTLED_WITHIN_MS = 10_000;

/** One run: load, until everything is applied. */
export async function measure(system: System, { connections, clients, keys }: Scenario, seconds: number, players = PLAYERS) {
  const { api, gateway, totals } = system;
  const stopProbe = clients ? startProbe(await Crowd.join(gateway, 'socket.io', clients), api, totals.probed) : undefined;
  const { result, cpu } = await withCpu(system.processes, async () => {
    const load = await runLoad({ url: api, connections, seconds, ask: 'update', players, withKeys: keys });
    const loaded = addAccepted(system, load);
    await eventually(async () => (await system.applied()) >= totals.updates, DRAINED_WITHIN_MS, 20);
    return { load, loaded, drained: (Date.now() - load.startedAt) / 1_000, probe: (await stopProbe?.()) ?? NO_PROBE };
  });
  const { load, loaded, drained, probe } = result;
  totals.updates += probe.accepted;
  totals.points += probe.worth;
  totals.probed += probe.worth;
  const accepted = loaded + probe.accepted;
  return {
    /** Updates answered 201. */
    acceptedPerSecond: loaded / load.seconds,
    /** All of them by the time it took until the last was applied. */
    appliedPerSecond: loaded / drained,
    /** Of POST, in ms. */
    ...{ p50: load.p50, p99: load.p99 },
    /** From the probe's POST to the push that shows it, in ms; NaN without clients. */
    ...{ pushP50: probe.p50, pushP99: probe.p99 },
    pushedBytesPerUpdate: probe.bytes / accepted,
    /** By process, CPU seconds for 100,000 updates. */
    cpu: Object.fromEntries(Object.entries(cpu).map(([name, used]) => [name, (used / accepted) * 100_000])),
  };
}

/** Adds the updates that a load had answered 201 to what the system has accepted. */
export function addAccepted(system: System, load: LoadResult): number {
  const accepted = answered(system, load, '201');
  system.totals.updates += accepted;
  system.totals.points += load.worth;
  return accepted;
}

/** How often a load got this answer. A closed loop is not to be refused anything: another answer would hide behind the figures, so it is an error. */
function answered({ name, totals }: System, { byStatus }: LoadResult, status: string): number {
  const { [status]: times = 0, ...others } = byStatus;
  if (Object.keys(others).length) totals.errors.push(`${name}: answers other than ${status}: ${JSON.stringify(others)}`);
  return times;
}

/** Starts a load in a process of its own. Resolves when it runs, with what ends it before its time. */
export async function startLoad(job: Parameters<LoadJobs['run']>[0]): Promise<{ readonly result: Promise<LoadResult>; stop(): Promise<void> }> {
  const child = new Child<LoadJobs>('load');
  await child.ask('ready');
  return { result: child.ask('run', job).finally(() => child.end()), stop: () => child.ask('stop') };
}

export const runLoad = async (job: Parameters<LoadJobs['run']>[0]): Promise<LoadResult> => (await startLoad(job)).result;

/** Reads in a closed loop: those answered in a second, and µs of CPU for one, of the processes that take part in it. */
export async function measureReads(system: System, ask: Ask, load: { readonly connections: number; readonly seconds: number; readonly players: number }) {
  const { result, cpu } = await withCpu(system.processes, () => runLoad({ url: system.api, ask, withKeys: false, ...load }));
  const reads = answered(system, result, '200');
  return { perSecond: reads / result.seconds, cpu: (sum(['api', 'postgres', 'redis'].map((name) => cpu[name] ?? 0)) / reads) * 1e6 };
}

/** The probe leads by so much from its first update on. */
const LEAD = 1_000_000_000;
const PROBE_EVERY_MS = 20;

/**
 * The probe is the first of the watching clients: its user leads by far and posts at intervals, and the time is taken until the board
 * that the client is sent shows the new score. `held` is the score that its user has before. Returns what ends it.
 */
function startProbe(crowd: Crowd, api: string, held: number): () => Promise<typeof NO_PROBE> {
  const microseconds = createHistogram();
  const bearer = token(PROBE);
  let [accepted, worth, isOver] = [0, 0, false];
  const run = async () => {
    await crowd.received(); // forgets what came before
    for (; !isOver; accepted++) {
      const scoreIncrement = held + worth === 0 ? LEAD : 1;
      worth += scoreIncrement;
      const sent = machineTime();
      const { status } = await postUpdate(api, bearer, { userId: PROBE, scoreIncrement });
      if (status !== 201) throw new Error(`the probe was answered ${status}`);
      const answered = machineTime();
      const shown = Math.max(answered, await crowd.first.ask('shown', held + worth));
      microseconds.record(Math.ceil((shown - sent) * 1_000));
      await delay(PROBE_EVERY_MS * Math.random());
    }
    const bytes = await crowd.received();
    await crowd.leave();
    return { bytes, p50: microseconds.percentile(50) / 1_000, p99: microseconds.percentile(99) / 1_000, accepted, worth };
  };
  const result = run();
  return () => {
    isOver = true;
    return result;
  };
}

const NO_PROBE = { accepted: 0, worth: 0, bytes: NaN, p50: NaN, p99: NaN };

/** A snapshot must be what was accepted. What is derived may follow the ledger a moment later, so it gets a while to agree. */
export async function check(system: System): Promise<void> {
  const { name, totals } = system;
  let differences: string[] = [];
  await eventually(async () => (differences = differ(await system.snapshot(), totals)).length === 0, SETTLED_WITHIN_MS, 20);
  totals.errors.push(...differences.map((difference) => `${name}: ${difference}`));
}

/** One sentence for each number that is not what was accepted. */
export function differ(snapshot: Snapshot, totals: Totals): string[] {
  const of = (what: 'updates' | 'points') => Object.entries(snapshot[what] ?? {}).map(([name, value]) => ({ what, name, value }));
  const wrong = [...of('updates'), ...of('points')].filter(({ what, value }) => value !== totals[what]);
  return wrong.map(({ what, name, value }) => `${name}: ${value} ${what}, accepted were ${totals[what]}`);
}
