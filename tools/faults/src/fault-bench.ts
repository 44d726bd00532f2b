import { Systems } from './systems';
import { type PlayOptions, runFault, type Verdict } from './run-fault';
import type { Fault } from './fault';
import type { StateFile } from './state-file';

export interface BenchOptions {
  readonly faults: readonly Fault[];
  readonly seeds: readonly number[];
  readonly seconds: number;
  /** A git revision: the older version in the fault with two versions. */
  readonly earlier: string;
  readonly patience: number;
}

/** Injects every fault with every seed, one after another, and tells `hear` of each verdict; leaves out what `state` has already. */
export async function runFaults({ faults, seeds, ...options }: BenchOptions, state: StateFile, hear: (verdict: Verdict) => void): Promise<void> {
  const systems = new Systems();
  try {
    for (const seed of seeds) {
      for (const fault of faults.filter(({ id }) => !state.has(id, seed))) {
        const verdict = skipped(fault, seed, options.earlier) ?? (await play(fault, systems, { seed, ...options }));
        state.add(verdict);
        hear(verdict);
      }
    }
  } finally {
    await systems.drop();
  }
}

async function play(fault: Fault, systems: Systems, options: Omit<PlayOptions, 'turn'>): Promise<Verdict> {
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
