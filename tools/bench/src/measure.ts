import { setTimeout as delay } from 'node:timers/promises';
import type { AudienceResult } from './audience';
import { ask, start } from './child';
import type { Books, Contestant } from './contestant';
import { cpuSeconds } from './cpu';
import type { LoadResult } from './load';
import { probe, reads, updates } from './players';

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

/** What a contestant has accepted since it was started. */
export interface Tally {
  updates: number;
  points: number;
  probed: number;
  readonly errors: string[];
}

const DRAINED_WITHIN_MS = 60_000;
const SETTLED_WITHIN_MS = 10_000;
const requests = updates();

/** One run: load, until everything is applied; then the books are compared with the tally. */
export async function measure(contestant: Contestant, scenario: Scenario, seconds: number, withKeys: boolean, tally: Tally): Promise<Measured> {
  const { apis, gateway } = contestant;
  const { connections, clients } = scenario;
  const watching = clients ? start('audience') : undefined;
  if (watching) await ask(watching, { gateway, api: apis[0], clients, held: tally.probed, ...probe });
  watching?.send('go');
  const before = cpuOf(contestant);
  const load = await ask<LoadResult>(start('load'), { urls: apis, connections, seconds, requests, withKeys });
  const loaded = count(load, tally, contestant.name);
  await waitUntil(async () => (await contestant.applied()) >= tally.updates + loaded, DRAINED_WITHIN_MS);
  const drained = (Date.now() - load.startedAt) / 1_000;

  const audience = watching ? await ask<AudienceResult>(watching, ['stop']) : NO_AUDIENCE;
  const accepted = loaded + audience.accepted;
  tally.updates += accepted;
  tally.points += load.worth + audience.worth;
  tally.probed += audience.worth;
  const after = cpuOf(contestant);
  await check(contestant, tally);
  return {
    acceptedPerSecond: loaded / load.seconds,
    appliedPerSecond: loaded / drained,
    p50: load.p50,
    p99: load.p99,
    pushP50: audience.p50,
    pushP99: audience.p99,
    pushedBytesPerUpdate: audience.bytes / accepted,
    cpu: Object.fromEntries(Object.keys(after).map((name) => [name, ((after[name]! - before[name]!) / accepted) * 100_000])),
  };
}

/** Reads of the top ten in a second. */
export async function measureReads({ apis }: Contestant, connections: number, seconds: number): Promise<number> {
  const { byStatus, seconds: lasted } = await ask<LoadResult>(start('load'), { urls: apis, connections, seconds, requests: reads, withKeys: false });
  return (byStatus['200'] ?? 0) / lasted;
}

const NO_AUDIENCE: AudienceResult = { accepted: 0, worth: 0, bytes: NaN, p50: NaN, p99: NaN };

const cpuOf = ({ pids }: Contestant) => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]));

/** A closed loop is not to be refused anything: another answer than 201 would hide behind the figures. */
function count({ byStatus }: LoadResult, { errors }: Tally, name: string): number {
  const { 201: accepted = 0, ...others } = byStatus;
  if (Object.keys(others).length) errors.push(`${name}: answers other than 201: ${JSON.stringify(others)}`);
  return accepted;
}

/** What is derived may follow the ledger a moment later, so the books get a while to agree. */
async function check(contestant: Contestant, tally: Tally): Promise<void> {
  let differences: string[] = [];
  const agree = async () => (differences = differ(await contestant.books(), tally)).length === 0;
  await waitUntil(agree, SETTLED_WITHIN_MS);
  tally.errors.push(...differences.map((difference) => `${contestant.name}: ${difference}`));
}

/** One sentence for each number that is not what was accepted. */
export function differ(books: Books, tally: Tally): string[] {
  const compare = (numbers: Readonly<Record<string, number>>, expected: number, what: string) =>
    Object.entries(numbers)
      .filter(([, value]) => value !== expected)
      .map(([name, value]) => `${name}: ${value} ${what}, accepted were ${expected}`);
  return [...compare(books.updates, tally.updates, 'updates'), ...compare(books.points, tally.points, 'points')];
}

async function waitUntil(isSo: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isSo()) && Date.now() < deadline) await delay(20);
}
