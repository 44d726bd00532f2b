import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Member } from './member';

const COLLECTED_AFTER_MS = 300;

/** The resident memory of each process in MiB, after it was made to collect its garbage twice; without those that do not run. */
export async function residentMiB(members: readonly Member[]): Promise<Map<Member, number>> {
  for (let i = 0; i < 2; i++) {
    members.forEach((member) => member.signal('SIGUSR2'));
    await delay(COLLECTED_AFTER_MS);
  }
  return new Map(members.filter(({ pid }) => pid).map((member) => [member, ofProcess(member.pid)]));
}

function ofProcess(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}
