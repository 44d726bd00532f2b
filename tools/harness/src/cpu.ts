import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** What `/proc/<pid>/stat` says after the name: see proc(5), fields 4 and 14 to 17. */
function statOf(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number);
    return { parent: fields[1]!, ticks: fields[11]! + fields[12]! + fields[13]! + fields[14]! };
  } catch {
    return undefined; // It has ended; its parent bears its time.
  }
}

/** CPU seconds that a process used so far with all its children, those that ended too. Linux only. */
export function cpuSeconds(pid: number): number {
  const pids = readdirSync('/proc').map(Number).filter((name) => name > 0);
  const stats = new Map(pids.map((each) => [each, statOf(each)]));
  const ticks = (of: number): number =>
    (stats.get(of)?.ticks ?? 0) + pids.filter((each) => stats.get(each)?.parent === of).reduce((sum, child) => sum + ticks(child), 0);
  return ticks(pid) / TICKS_PER_SECOND;
}
