import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Member } from './member';

const COLLECTED_AFTER_MS = 300;

export interface Resident {
  readonly member: Member;
  readonly pid: number;
  readonly MiB: number;
}

/** The resident memory of each process that runs, after it was made to collect its garbage twice. */
export async function residentOf(members: readonly Member[]): Promise<Resident[]> {
  for (let i = 0; i < 2; i++) {
    members.forEach((member) => member.signal('SIGUSR2'));
    await delay(COLLECTED_AFTER_MS);
  }
  return members.filter(({ pid }) => pid).map((member) => ({ member, pid: member.pid, MiB: ofProcess(member.pid) }));
}

function ofProcess(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}
