import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '@scoreboard/harness';
import { Cluster } from './cluster';
import type { Fault, System } from './fault';
import { History } from './history';
import { Load } from './load';
import { Random } from './random';
import type { StateFile } from './report';
import { type RunOptions, runFault, type Verdict } from './run-fault';
import { StandaloneSystem } from './standalone-system';
import { Subscribers } from './subscribers';

type BenchOptions = Omit<RunOptions, 'seed' | 'turn'> & { readonly faults: readonly Fault[]; readonly seeds: readonly number[] };

/** Injects every fault with every seed, one after another, and tells `hear` of each verdict; leaves out what `state` has already. */
export async function runFaults({ faults, seeds, ...options }: BenchOptions, state: StateFile, hear: (verdict: Verdict) => void): Promise<void> {
  const systems = new Systems();
  try {
    for (const seed of seeds) {
      for (const fault of faults.filter(({ id }) => !state.has(id, seed))) {
        const verdict = skipped(fault, seed, options.earlier) ?? (await runOn(systems, fault, { seed, ...options }));
        state.add(verdict);
        hear(verdict);
      }
    }
  } finally {
    await systems.drop();
  }
}

async function runOn(systems: Systems, fault: Fault, options: Omit<RunOptions, 'turn'>): Promise<Verdict> {
  await fault.prepare?.(options);
  const { system, turn } = await systems.prepare(fault);
  const verdict = await runFault(fault, system, { ...options, turn });
  await systems.giveBack(fault, verdict.verdict === 'BROKEN');
  return verdict;
}

function skipped({ id, what, skip }: Fault, seed: number, earlier: string): Verdict | undefined {
  const reason = skip?.({ earlier });
  return reason === undefined ? undefined : { fault: id, what, seed, verdict: 'skipped', accepted: 0, refused: 0, unknown: 0, note: reason };
}

const WARM_UP_MS = 4_000;

const isApart = ({ settings, diskMiB, isAlone }: Fault): boolean => settings !== undefined || diskMiB !== undefined || isAlone === true;

/** Keeps a system for faults that can share one; a fault that broke something takes it along. */
class Systems {
  private kept?: { readonly kind: string; readonly system: System; turn: number };

  /** The system of a fault, warm and with everything running, and how many faults it has seen. */
  async prepare(fault: Fault): Promise<{ readonly system: System; readonly turn: number }> {
    const kind = `${fault.on}${fault.isClustered ? ', clustered' : ''}`;
    if (isApart(fault) || this.kept?.kind !== kind) await this.drop();
    const start = fault.on === 'distributed' ? Cluster.start : StandaloneSystem.start;
    if (!this.kept) this.kept = { kind, system: await warm(await start(fault)), turn: 0 };
    await Promise.all(this.kept.system.members.map((member) => member.start()));
    return { system: this.kept.system, turn: ++this.kept.turn };
  }

  /** To be called after a fault: what it may have broken, or had for itself alone, is not used again. */
  async giveBack(fault: Fault, isBroken: boolean): Promise<void> {
    if (isBroken || isApart(fault)) await this.drop();
  }

  async drop(): Promise<void> {
    await this.kept?.system.stop();
    this.kept = undefined;
  }
}

/** A process that has never worked grows when it does: that is no leak of the first fault. */
export async function warm<G extends System>(system: G): Promise<G> {
  const history = new History(temporaryFolder('faults-warm'), 'history');
  const subscribers = new Subscribers(system.gateways.map(({ url }) => url));
  const load = new Load({ apis: system.apis.map(({ url }) => url), users: ['warm-1', 'warm-2', 'warm-3'], lead: 1, rate: 300 }, history, new Random(1));
  await load.start();
  await delay(WARM_UP_MS);
  await load.stop();
  subscribers.stop();
  history.close();
  return system;
}
