import { cpuSeconds, eventually } from '@scoreboard/harness';
import { ask, start } from './child';
import type { LoadResult } from './load';
import { probe, reads, updates } from './players';
import type { SubscribersResult } from './subscribers';
import type { Snapshot, System } from './system';

export interface Scenario {
  readonly connections: number;
  /** Watching Socket.IO clients, one of them the probe; of none nothing is pushed. */
  readonly clients: number;
}

export interface Measured {
  /** Updates answered 201 in a second. */
  readonly acceptedPerSecond: number;
  /** All of them by the time it took until the last was applied. */
  readonly appliedPerSecond: number;
  /** Of POST, in ms. */
  readonly p50: number;
  readonly p99: number;
  /** From the probe's POST to the push that shows it, in ms; NaN without clients. */
  readonly pushP50: number;
  readonly pushP99: number;
  readonly pushedBytesPerUpdate: number;
  /** By process, CPU seconds for 100,000 updates. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** What a system has accepted since it was started. */
export interface Totals {
  updates: number;
  points: number;
  probed: number;
  readonly errors: string[];
}

const DRAINED_WITHIN_MS = 60_000;
const SETTLED_WITHIN_MS = 10_000;
const requests = updates();

/** One run: load, until everything is applied; then a snapshot is compared with the totals. */
export async function measure(system: System, scenario: Scenario, seconds: number, withKeys: boolean, totals: Totals): Promise<Measured> {
  const { apis, gateway } = system;
  const { connections, clients } = scenario;
  const watching = clients ? start('subscribers') : undefined;
  if (watching) await ask(watching, { gateway, api: apis[0], clients, held: totals.probed, ...probe });
  watching?.send('go');
  const before = cpuOf(system);
  const load = await ask<LoadResult>(start('load'), { urls: apis, connections, seconds, requests, withKeys });
  const loaded = count(load, totals, system.name);
  await eventually(async () => (await system.applied()) >= totals.updates + loaded, DRAINED_WITHIN_MS, 20);
  const drained = (Date.now() - load.startedAt) / 1_000;

  const subscribers = watching ? await ask<SubscribersResult>(watching, ['stop']) : NO_SUBSCRIBERS;
  const accepted = loaded + subscribers.accepted;
  totals.updates += accepted;
  totals.points += load.worth + subscribers.worth;
  totals.probed += subscribers.worth;
  const after = cpuOf(system);
  await check(system, totals);
  return {
    acceptedPerSecond: loaded / load.seconds,
    appliedPerSecond: loaded / drained,
    p50: load.p50,
    p99: load.p99,
    pushP50: subscribers.p50,
    pushP99: subscribers.p99,
    pushedBytesPerUpdate: subscribers.bytes / accepted,
    cpu: Object.fromEntries(Object.keys(after).map((name) => [name, ((after[name]! - before[name]!) / accepted) * 100_000])),
  };
}

/** Reads of the top ten in a second. */
export async function measureReads({ apis }: System, connections: number, seconds: number): Promise<number> {
  const { byStatus, seconds: lasted } = await ask<LoadResult>(start('load'), { urls: apis, connections, seconds, requests: reads, withKeys: false });
  return (byStatus['200'] ?? 0) / lasted;
}

const NO_SUBSCRIBERS: SubscribersResult = { accepted: 0, worth: 0, bytes: NaN, p50: NaN, p99: NaN };

const cpuOf = ({ pids }: System) => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]));

/** A closed loop is not to be refused anything: another answer than 201 would hide behind the figures. */
function count({ byStatus }: LoadResult, { errors }: Totals, name: string): number {
  const { 201: accepted = 0, ...others } = byStatus;
  if (Object.keys(others).length) errors.push(`${name}: answers other than 201: ${JSON.stringify(others)}`);
  return accepted;
}

/** What is derived may follow the ledger a moment later, so it gets a while to agree. */
async function check(system: System, totals: Totals): Promise<void> {
  let differences: string[] = [];
  const agree = async () => (differences = differ(await system.snapshot(), totals)).length === 0;
  await eventually(agree, SETTLED_WITHIN_MS, 20);
  totals.errors.push(...differences.map((difference) => `${system.name}: ${difference}`));
}

/** One sentence for each number that is not what was accepted. */
export function differ(snapshot: Snapshot, totals: Totals): string[] {
  const compare = (numbers: Readonly<Record<string, number>>, expected: number, what: string) =>
    Object.entries(numbers)
      .filter(([, value]) => value !== expected)
      .map(([name, value]) => `${name}: ${value} ${what}, accepted were ${expected}`);
  return [...compare(snapshot.updates, totals.updates, 'updates'), ...compare(snapshot.points, totals.points, 'points')];
}
