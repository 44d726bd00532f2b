import { readFileSync } from 'node:fs';
import { collectGarbage, eventually } from '@scoreboard/harness';
import type { Fault, FaultContext, System } from './fault';
import type { Member } from './member';

const ANSWERED_WITHIN_MS = 2_500;
const HANGS_FROM_MS = 10_000;
const MAX_GROWTH_MIB = 64;
const SHRINKS_WITHIN_MS = 10_000;

/** What must hold all the time, whatever is broken. `slowestMs`: of all answers to updates; `patience`: see `RunOptions`. */
export function checkConduct(fault: Fault, { members }: System, { history, subscribers }: FaultContext<unknown>, slowestMs: number, patience: number): string | undefined {
  if (history.wrong.length) return `I14: ${history.wrong[0]} (${history.wrong.length} such in all)`;
  if (subscribers.wrong.length) return `I7: ${subscribers.wrong[0]}`;
  const [unexpectedExit] = members.flatMap(({ unexpectedExits }) => unexpectedExits);
  if (unexpectedExit) return `I13: ${unexpectedExit}`;
  const limitMs = Math.min(fault.isBrokerFault ? ANSWERED_WITHIN_MS * patience : Infinity, HANGS_FROM_MS);
  return slowestMs > limitMs ? `I10: an update was answered after ${slowestMs} ms` : undefined;
}

/**
 * Compares the processes that lived through the fault. One that was young before it may grow to what the oldest of its kind had,
 * and by as much as any.
 */
export async function checkMemory(before: readonly Resident[], { members }: System): Promise<string | undefined> {
  const allowed = ({ member, pid }: Resident) => {
    const kin = before.filter((each) => each.member.kind === member.kind);
    return kin.some((each) => each.pid === pid) ? Math.max(...kin.map(({ MiB }) => MiB)) + MAX_GROWTH_MIB : Infinity;
  };
  let grown: Resident | undefined;
  await eventually(async () => !(grown = (await residentOf(members)).find((each) => each.MiB > allowed(each))), SHRINKS_WITHIN_MS);
  return grown && `I11: ${grown.member.name} grew to ${grown.MiB} MiB, ${allowed(grown)} were allowed`;
}

export type Resident = Awaited<ReturnType<typeof residentOf>>[number];

/** The resident memory of each process that runs, without garbage. */
export async function residentOf(members: readonly Member[]) {
  const running = members.filter(({ pid }) => pid);
  await collectGarbage(...running.map(({ pid }) => pid));
  return running.filter(({ pid }) => pid).map((member) => ({ member, pid: member.pid, MiB: ofProcess(member.pid) }));
}

function ofProcess(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}
