import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds, eventually } from '@scoreboard/harness';
import { Child } from './child';
import { machineTime } from './crowd/clock';
import { Crowd } from './crowd/crowd';
import type { LoadJobs, LoadResult } from './load';
import { PLAYERS, postProbe } from './players';
import { LEAD, type Snapshot, type System } from './system';

export interface Scenario {
  readonly connections: number;
  /** Watching Socket.IO clients, one of them the probe; of none nothing is pushed. */
  readonly clients: number;
  /** Sends a fresh Idempotency-Key with every update. */
  readonly keys: boolean;
}

export type Measured = Awaited<ReturnType<typeof measure>>;

/** What a system has accepted since it was started. */
export interface Totals {
  updates: number;
  points: number;
  probed: number;
  readonly errors: string[];
}

const DRAINED_WITHIN_MS = 60_000;
const SETTLED_WITHIN_MS = 10_000;

/** One run: load, until everything is applied. */
export async function measure(system: System, scenario: Scenario, seconds: number, totals: Totals, players = PLAYERS) {
  const { api, gateway } = system;
  const { connections, clients, keys } = scenario;
  const stopProbe = clients ? startProbe(await Crowd.join(gateway, 'socket.io', clients), api, totals.probed) : undefined;
  const before = cpuOf(system);
  const load = await runLoad({ url: api, connections, seconds, ask: 'update', players, withKeys: keys });
  const loaded = count(load, totals, system.name);
  await eventually(async () => (await system.applied()) >= totals.updates + loaded, DRAINED_WITHIN_MS, 20);
  const drained = (Date.now() - load.startedAt) / 1_000;

  const subscribers = (await stopProbe?.()) ?? NO_SUBSCRIBERS;
  const accepted = loaded + subscribers.accepted;
  totals.updates += accepted;
  totals.points += load.worth + subscribers.worth;
  totals.probed += subscribers.worth;
  const after = cpuOf(system);
  return {
    /** Updates answered 201. */
    acceptedPerSecond: loaded / load.seconds,
    /** All of them by the time it took until the last was applied. */
    appliedPerSecond: loaded / drained,
    /** Of POST, in ms. */
    ...{ p50: load.p50, p99: load.p99 },
    /** From the probe's POST to the push that shows it, in ms; NaN without clients. */
    ...{ pushP50: subscribers.p50, pushP99: subscribers.p99 },
    pushedBytesPerUpdate: subscribers.bytes / accepted,
    /** By process, CPU seconds for 100,000 updates. */
    cpu: Object.fromEntries(Object.keys(after).map((name) => [name, ((after[name]! - before[name]!) / accepted) * 100_000])),
  };
}

/** Reads of the top ten in a second. */
export async function measureReads({ api }: System, connections: number, seconds: number): Promise<number> {
  const { byStatus, seconds: lasted } = await runLoad({ url: api, connections, seconds, ask: 'top', players: 1, withKeys: false });
  return (byStatus['200'] ?? 0) / lasted;
}

/** In a process of its own. */
export async function runLoad(job: Parameters<LoadJobs['run']>[0]): Promise<LoadResult> {
  const child = new Child<LoadJobs>('load');
  return child.ask('run', job).finally(() => child.end());
}

const PROBE_EVERY_MS = 20;

/**
 * The probe is the first of the watching clients: its user leads by far and posts at intervals, and the time is taken until the board
 * that the client is sent shows the new score. `held` is the score that its user has before. Returns what ends it.
 */
function startProbe(crowd: Crowd, api: string, held: number): () => Promise<Probed> {
  const microseconds = createHistogram();
  let [accepted, worth, isOver] = [0, 0, false];
  const run = async (): Promise<Probed> => {
    await crowd.received(); // forgets what came before
    for (; !isOver; accepted++) {
      const scoreIncrement = held + worth === 0 ? LEAD : 1;
      worth += scoreIncrement;
      const sent = machineTime();
      await postProbe(api, scoreIncrement);
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

const NO_SUBSCRIBERS = { accepted: 0, worth: 0, bytes: NaN, p50: NaN, p99: NaN };

type Probed = typeof NO_SUBSCRIBERS;

export const cpuOf = ({ processes }: System) => Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, cpuSeconds(pid)]));

/** A closed loop is not to be refused anything: another answer than 201 would hide behind the figures. */
export function count({ byStatus }: LoadResult, { errors }: Totals, name: string): number {
  const { 201: accepted = 0, ...others } = byStatus;
  if (Object.keys(others).length) errors.push(`${name}: answers other than 201: ${JSON.stringify(others)}`);
  return accepted;
}

/** A snapshot must be what was accepted. What is derived may follow the ledger a moment later, so it gets a while to agree. */
export async function check(system: System, totals: Totals): Promise<void> {
  let differences: string[] = [];
  const agree = async () => (differences = differ(await system.snapshot(), totals)).length === 0;
  await eventually(agree, SETTLED_WITHIN_MS, 20);
  totals.errors.push(...differences.map((difference) => `${system.name}: ${difference}`));
}

/** One sentence for each number that is not what was accepted. */
export function differ(snapshot: Snapshot, totals: Totals): string[] {
  const of = (what: 'updates' | 'points') =>
    Object.entries(snapshot[what] ?? {})
      .filter(([, value]) => value !== totals[what])
      .map(([name, value]) => `${name}: ${value} ${what}, accepted were ${totals[what]}`);
  return [...of('updates'), ...of('points')];
}
