import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '@scoreboard/harness';
import { Cluster } from './cluster';
import type { Fault, System } from './fault';
import { Random } from './random';
import { clientsOf, type RunOptions, runFault, type Verdict } from './run-fault';
import { StandaloneSystem } from './standalone-system';

type BenchOptions = Omit<RunOptions, 'seed' | 'turn'> & { readonly faults: readonly Fault[]; readonly seeds: readonly number[] };

/** Injects every fault with every seed, one after another, adds each verdict to `verdicts` and tells `hear`; leaves out what `verdicts` has already. */
export async function runFaults({ faults, seeds, ...options }: BenchOptions, verdicts: Verdict[], hear?: (verdict: Verdict) => void): Promise<void> {
  const systems = new Systems();
  try {
    for (const seed of seeds) {
      for (const fault of faults.filter(({ id }) => !verdicts.some((done) => done.fault === id && done.seed === seed))) {
        const reason = fault.skip?.(options);
        const verdict = reason === undefined ? await systems.run(fault, { seed, ...options }) : skipped(fault, seed, reason);
        verdicts.push(verdict);
        hear?.(verdict);
      }
    }
  } finally {
    await systems.drop();
  }
}

const skipped = ({ id, what }: Fault, seed: number, note: string): Verdict => ({ fault: id, what, seed, verdict: 'skipped', accepted: 0, refused: 0, unknown: 0, note });

const WARM_UP_MS = 4_000;

const isApart = ({ diskMiB, isAlone }: Fault): boolean => diskMiB !== undefined || isAlone === true;

/** Keeps a system for faults that can share one. */
class Systems {
  private kept?: { readonly kind: string; readonly system: System; turn: number };

  /** Injects a fault into its system, warm and with everything running. What it may have broken, or had for itself alone, is not used again. */
  async run(fault: Fault, options: Omit<RunOptions, 'turn'>): Promise<Verdict> {
    await fault.prepare?.(options);
    const kind = `${fault.on}${fault.isClustered ? ', clustered' : ''}`;
    if (isApart(fault) || this.kept?.kind !== kind) await this.drop();
    const start = fault.on === 'distributed' ? Cluster.start : StandaloneSystem.start;
    this.kept ??= { kind, system: await warm(await start(fault)), turn: 0 };
    const { system } = this.kept;
    await Promise.all(system.members.map((member) => member.start()));
    const verdict = await runFault(fault, system, { ...options, turn: ++this.kept.turn });
    if (verdict.verdict === 'BROKEN' || isApart(fault)) await this.drop();
    return verdict;
  }

  async drop(): Promise<void> {
    await this.kept?.system.stop();
    this.kept = undefined;
  }
}

/** A process that has never worked grows when it does: that is no leak of the first fault. */
async function warm(system: System): Promise<System> {
  const { load, stop } = clientsOf(system, temporaryFolder('faults-warm'), { users: ['warm-1', 'warm-2', 'warm-3'], lead: 1, rate: 300 }, new Random(1));
  await load.start();
  await delay(WARM_UP_MS);
  await stop();
  return system;
}
