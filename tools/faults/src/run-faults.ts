import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, temporaryFolder } from '@scoreboard/harness';
import { checkConduct, checkMemory, residentOf } from './checker';
import { Cluster } from './cluster';
import type { Fault, FaultContext, System } from './fault';
import { History } from './history';
import { Load, type LoadOptions } from './load';
import { Random } from './random';
import { startStandalone } from './standalone-system';
import { Subscribers } from './subscribers';

export interface RunOptions {
  /** Of load with each fault, about; half of them is the fault. */
  readonly seconds: number;
  /** A git revision: the older version in the fault with two versions. */
  readonly earlier: string;
  /** How many times as long as promised an answer may take: above 1 where the machine does other work beside. */
  readonly patience: number;
}

export interface Verdict {
  readonly fault: string;
  readonly what: string;
  readonly seed: number;
  readonly verdict: 'held' | 'BROKEN' | 'skipped';
  readonly accepted: number;
  /** Sendings that were answered `refused`, or came to a port where nobody listened. */
  readonly refused: number;
  /** Sendings that nobody could tell of at first. */
  readonly unknown: number;
  /** From the end of the fault to the next update that was accepted. */
  readonly acceptsMs?: number;
  /** From the end of the fault, while the load went on for a second or until an update was accepted, until everything agreed. */
  readonly healMs?: number;
  /** The first broken invariant, or why it was skipped, or what is worth knowing. */
  readonly note: string;
  /** Of a broken run: logs and history. */
  readonly folder?: string;
}

const USERS = 40;
const LEAD = 10_000_000_000;
const RATE = 150;
const WARM_UP_MS = 4_000;
const CALM_BEFORE_MS = 1_500;
const CALM_AFTER_MS = 1_000;
const HEALED_WITHIN_MS = 60_000;
const SLOW_HEAL_MS = 5_000;

/** Injects every fault with every seed, one after another, adds each verdict to `verdicts` and tells `hear`; leaves out what `verdicts` has already. */
export async function runFaults(faults: readonly Fault[], seeds: readonly number[], options: RunOptions, verdicts: Verdict[], hear?: (verdict: Verdict) => void): Promise<void> {
  const systems = new Systems();
  try {
    for (const seed of seeds) {
      for (const fault of faults.filter(({ id }) => !verdicts.some((done) => done.fault === id && done.seed === seed))) {
        const reason = fault.skip?.(options);
        const verdict = reason === undefined ? await systems.run(fault, seed, options) : skipped(fault, seed, reason);
        verdicts.push(verdict);
        hear?.(verdict);
      }
    }
  } finally {
    await systems.drop();
  }
}

const skipped = ({ id, what }: Fault, seed: number, note: string): Verdict => ({ fault: id, what, seed, verdict: 'skipped', accepted: 0, refused: 0, unknown: 0, note });

/** Keeps a system for faults that can share one. */
class Systems {
  private kept?: { readonly kind: string; readonly system: System; turn: number };

  /** Injects a fault into its system, warm and with everything running. What it may have broken, or had for itself alone, is not used again. */
  async run(fault: Fault, seed: number, options: RunOptions): Promise<Verdict> {
    await fault.prepare?.(options);
    const kind = `${fault.on}${fault.isClustered ? ', clustered' : ''}`;
    const isApart = fault.diskMiB !== undefined || fault.isAlone;
    if (isApart || this.kept?.kind !== kind) await this.drop();
    const start = fault.on === 'distributed' ? Cluster.start : startStandalone;
    this.kept ??= { kind, system: await warm(await start(fault)), turn: 0 };
    const { system } = this.kept;
    await Promise.all(system.members.map((member) => member.start()));
    const verdict = await runFault(fault, system, seed, ++this.kept.turn, options);
    if (verdict.verdict === 'BROKEN' || isApart) await this.drop();
    return verdict;
  }

  async drop(): Promise<void> {
    await this.kept?.system.stop();
    this.kept = undefined;
  }
}

/** A process that has never worked grows when it does: that is no leak of the first fault. */
async function warm(system: System): Promise<System> {
  const { load, stop } = clientsOf(system, temporaryFolder('faults-warm'), { users: ['warm-1', 'warm-2', 'warm-3'], lead: 1, rate: 2 * RATE }, new Random(1));
  await load.start();
  await delay(WARM_UP_MS);
  await stop();
  return system;
}

/** Who uses a system: players, not started yet, whose history is written into the folder, and clients that watch. */
function clientsOf(system: System, folder: string, options: LoadOptions, random: Random) {
  const history = new History(folder);
  const load = new Load(system.apis.map(({ url }) => url), options, history, random);
  const subscribers = new Subscribers(system.gateways.map(({ url }) => url));
  const stop = async () => {
    subscribers.stop();
    await load.stop();
    history.close();
  };
  return { history, load, subscribers, stop };
}

type Outcome = Pick<Verdict, 'acceptsMs' | 'healMs' | 'note'> & { readonly broken?: string };

/**
 * Loads the system, injects the fault, waits until everything agrees, and checks. What it starts it ends, but the system. `turn` counts the faults on
 * this system: users of a later one stand before those of earlier ones.
 */
async function runFault(fault: Fault, system: System, seed: number, turn: number, { seconds, earlier, patience }: RunOptions): Promise<Verdict> {
  const { id, what, rate = RATE } = fault;
  const folder = mkdtempSync(join(tmpdir(), `scoreboard-faults-${id}-${seed}-`));
  const random = new Random(seed * 1_000 + turn);
  const users = Array.from({ length: USERS }, (_, i) => `${id}-${seed}-${turn}-${i}`);
  const { history, load, subscribers, stop } = clientsOf(system, folder, { users, lead: LEAD * (turn + 1), rate }, random);
  const faultMs = seconds * 500;
  const hold = (share = 1) => delay(faultMs * share);
  const repeat = async (step: (turn: number) => Promise<unknown>, forMs = faultMs) => {
    let turns = 0;
    for (const deadline = Date.now() + forMs; !turns || Date.now() < deadline; turns++) await step(turns);
    return turns;
  };
  const context = { system, random, history, users, subscribers, allowance: {}, deadLetters: [], earlier, faultMs, hold, repeat, rest: () => load.rest() };
  const itself = (error: Error): Outcome => ({ broken: `the fault itself failed: ${error.message.split('\n')[0]}`, note: '' });
  const { broken, note, ...times } = await run(fault, context, load, patience).catch(itself);
  await stop();
  if (broken) for (const [name, each] of loggersOf(system)) writeFileSync(join(folder, `${name}.log`), each.log());
  else rmSync(folder, { recursive: true });
  const sendings = { accepted: history.count('ok'), refused: history.refusals, unknown: history.doubts };
  return { fault: id, what, seed, verdict: broken ? 'BROKEN' : 'held', ...sendings, ...times, note: broken ?? note, folder: broken ? folder : undefined };
}

const loggersOf = ({ members, servers }: System) => [...members.map((member) => [member.name, member] as const), ...Object.entries(servers)];

async function run(fault: Fault, context: FaultContext<System>, load: Load, patience: number): Promise<Outcome> {
  const { system, history } = context;
  const before = await residentOf(system.members);
  await load.start();
  await delay(CALM_BEFORE_MS);
  load.slowestMs = 0;
  // Given a system of its own kind, see `Systems`.
  const told = await fault.inject({ ...context, system: system as never });
  const { slowestMs } = load;
  const endedAt = Date.now();
  await delay(CALM_AFTER_MS);
  const acceptsMs = await history.nextOk(endedAt);
  const isSettled = await load.stop();
  let broken: string | undefined;
  let waitedFor = 'updates that were unknown';
  await eventually(async () => {
    // A server that cannot be asked yet is no answer.
    broken = await system.check(context).catch((error: Error) => `I12: ${error.message}`);
    waitedFor = broken ?? waitedFor;
    return broken === undefined;
  }, HEALED_WITHIN_MS, 200);
  const healMs = Date.now() - endedAt;
  const unsettled = isSettled ? undefined : `I4: ${history.unsettled().length} updates are still unknown after all their retries`;
  return {
    acceptsMs,
    healMs,
    note: [told, healMs > SLOW_HEAL_MS && `waited last for ${waitedFor}`].filter(Boolean).join('; '),
    broken: broken ?? unsettled ?? (await system.conclude(context)) ?? checkConduct(fault, system, context, slowestMs, patience) ?? (await checkMemory(before, system)),
  };
}
