import { eventually } from './eventually';
import { type Resident, residentOf } from './memory';
import type { Row } from './row';
import type { Ground, Scene } from './scene';

const ANSWERED_WITHIN_MS = 2_500;
const HANGS_FROM_MS = 10_000;
const MAX_GROWTH_MIB = 64;
const SHRINKS_WITHIN_MS = 10_000;

export interface Pace {
  /** The longest that an update took to be answered. */
  readonly slowestMs: number;
  /** How many times as long as promised it may take here. */
  readonly patience: number;
}

/** What must hold all the time, whatever is broken. */
export function judgeConduct(row: Row, { unmeantEnds }: Ground, { journal, audience }: Scene, { slowestMs, patience }: Pace): string | undefined {
  if (journal.wrong.length) return `I14: ${journal.wrong[0]} (${journal.wrong.length} such in all)`;
  if (audience.wrong.length) return `I7: ${audience.wrong[0]}`;
  if (unmeantEnds.length) return `I13: ${unmeantEnds[0]}`;
  const limitMs = Math.min(row.isBrokerFault ? ANSWERED_WITHIN_MS * patience : Infinity, HANGS_FROM_MS);
  return slowestMs > limitMs ? `I10: an update was answered after ${slowestMs} ms` : undefined;
}

/**
 * Compares the processes that lived through the row. One that was young before it may grow to what the oldest of its kind had,
 * and by as much as any.
 */
export async function judgeMemory(before: readonly Resident[], { members }: Ground): Promise<string | undefined> {
  const allowed = ({ member, pid }: Resident) => {
    const kin = before.filter((each) => each.member.kind === member.kind);
    return kin.some((each) => each.pid === pid) ? Math.max(...kin.map(({ MiB }) => MiB)) + MAX_GROWTH_MIB : Infinity;
  };
  let grown: Resident | undefined;
  await eventually(async () => !(grown = (await residentOf(members)).find((each) => each.MiB > allowed(each))), SHRINKS_WITHIN_MS);
  return grown && `I11: ${grown.member.name} grew to ${grown.MiB} MiB, ${allowed(grown)} were allowed`;
}
