import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const TICKS_PER_SECOND = 100;

/** `ticks` are those of CPU, with those of its children that ended. */
type Stat = Readonly<Record<'parent' | 'ticks', number>>;

/** Every process of the machine, as `/proc/<pid>/stat` tells after the name: see proc(5), fields 4 and 14 to 17. Empty where that is not Linux. */
function everyProcess(): ReadonlyMap<number, Stat> {
  const pids = existsSync('/proc/self') ? readdirSync('/proc').map(Number).filter((name) => name > 0) : [];
  return new Map(pids.flatMap((pid) => statOf(pid).map((stat) => [pid, stat] as const)));
}

function statOf(pid: number): [Stat] | [] {
  try {
    // The name may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number);
    return [{ parent: fields[1]!, ticks: fields[11]! + fields[12]! + fields[13]! + fields[14]! }];
  } catch {
    return []; // It has ended; its parent bears its time.
  }
}

/** Children, grandchildren and so on, those in other process groups too (every PostgreSQL backend leads its own). Linux only. */
export function descendants(pid: number, all = everyProcess()): number[] {
  // Not by /proc/<pid>/task/<tid>/children: that leaves some out when another child ends at the same moment.
  return [...all].filter(([, { parent }]) => parent === pid).flatMap(([child]) => [child, ...descendants(child, all)]);
}

/** CPU seconds that a process used so far with all its children, those that ended too. Linux only. */
export function cpuSeconds(pid: number): number {
  const all = everyProcess();
  return [pid, ...descendants(pid, all)].reduce((sum, each) => sum + (all.get(each)?.ticks ?? 0), 0) / TICKS_PER_SECOND;
}

/** Options of node for a process that `collectGarbage` can ask. */
export const COLLECTS_AT_SIGNAL = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2", () => gc())'];

const COLLECTED_AFTER_MS = 300;

/** Makes processes collect their garbage, twice, so that what they hold afterwards is in use. */
export async function collectGarbage(...pids: readonly number[]): Promise<void> {
  for (let i = 0; i < 2; i++) {
    pids.forEach((pid) => process.kill(pid, 'SIGUSR2'));
    await delay(COLLECTED_AFTER_MS);
  }
}
