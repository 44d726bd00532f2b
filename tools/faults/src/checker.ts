import { readFileSync } from 'node:fs';
import { collectGarbage, eventually } from '@scoreboard/harness';
import type { DeadLetter } from '../../driver/src/broker';
import { get } from '../../driver/src/client';
import type { Fault, FaultContext, System } from './fault';
import type { Entry, Fate, History } from './history';
import type { Member } from './member';
import type { AppliedCommand, LedgerSnapshot, RedisSnapshot } from './snapshots';

export interface Allowance {
  /** Command ids that the history knows nothing of and that are in the ledger all the same: the fault's own doing. */
  readonly applied?: ReadonlySet<string>;
  /** What was answered 201 before this moment (Unix milliseconds) may be lost: its queue was deleted. */
  readonly lostBefore?: number;
}

/** The first sentence on what the ledger holds and should not, or lacks; undefined where it is what the history says. */
export function checkLedger(ledger: LedgerSnapshot, history: History, allowance: Allowance = {}): string | undefined {
  const { applied, unsound } = ledger;
  const distinct = new Set(applied.map(({ commandId }) => commandId)).size;
  if (distinct !== applied.length) return `I2: ${applied.length - distinct} commands are in the ledger twice`;
  if (unsound.length) return `I2: the total of ${unsound[0]} is not the sum of its events (and ${unsound.length - 1} more)`;
  const missing = lost(ledger, history).filter(({ okAt = 0 }) => okAt >= (allowance.lostBefore ?? 0));
  if (missing.length) return `I1: ${missing.length} accepted updates are not in the ledger, the first is update ${missing[0]!.number} (${missing[0]!.commandId})`;

  const ofFate = (fate: Fate) => history.entries.filter((entry) => entry.fate === fate);
  const known = new Set([...ofFate('ok').map(({ commandId }) => commandId), ...(allowance.applied ?? [])]);
  const isDoubtful = (command: AppliedCommand) =>
    ofFate('unknown').some((entry) => (entry.commandId ? entry.commandId === command.commandId : isOf(entry, command)));
  const phantom = applied.find((command) => !known.has(command.commandId) && !isDoubtful(command));
  return phantom && `I3: the command ${phantom.commandId} (${phantom.userId}, ${phantom.scoreIncrement}) was never accepted and is applied`;
}

const isOf = (entry: Entry, command: AppliedCommand): boolean => entry.userId === command.userId && entry.scoreIncrement === command.scoreIncrement;

/** The accepted updates that are not in the ledger. */
export function lost({ applied }: LedgerSnapshot, { entries }: History): readonly Entry[] {
  const found = new Map(applied.map((command) => [command.commandId, command]));
  const isHeld = (entry: Entry) => found.has(entry.commandId!) && isOf(entry, found.get(entry.commandId!)!);
  return entries.filter((entry) => entry.fate === 'ok' && !isHeld(entry));
}

/** As `checkLedger`, for Redis: of all time, or of a period. */
export function checkRedis({ order, standings, board }: RedisSnapshot, ledger: Pick<LedgerSnapshot, 'order'>): string | undefined {
  const ours = order.map(({ userId, score }) => `${userId} ${score}`);
  const theirs = ledger.order.map(({ userId, score }) => `${userId} ${score}`);
  const place = theirs.findIndex((line, i) => line !== ours[i]);
  if (ours.length !== theirs.length || place >= 0) return `I5: place ${place + 1} of ${theirs.length} is ${theirs[place]} in the ledger, ${ours[place]} in Redis (${ours.length})`;
  const wrong = ledger.order.find(({ userId, standing }) => standings[userId] !== standing);
  if (wrong) return `I5: the standing of ${wrong.userId} is ${wrong.standing} in the ledger, ${standings[wrong.userId]} in Redis`;
  const isSame = JSON.stringify(board.entries) === JSON.stringify(ranked(ledger, 10));
  return isSame ? undefined : 'I6: the cached board is not the first ten of the ledger';
}

/** The first of a ledger as boards show them. */
export const ranked = ({ order }: Pick<LedgerSnapshot, 'order'>, count: number) => order.slice(0, count).map(({ userId, score }, i) => ({ rank: i + 1, userId, score }));

/** Whether this is what GET top answers with such a limit. */
export const isBeginning = (body: unknown, { order }: LedgerSnapshot, limit: number): boolean =>
  JSON.stringify(body) === JSON.stringify(order.slice(0, limit).map(({ userId, score }) => ({ userId, score })));

export async function checkReads(apis: readonly string[], ledger: LedgerSnapshot): Promise<string | undefined> {
  for (const api of apis) {
    for (const limit of [10, 100]) {
      const { status, body } = await get(`${api}/api/scores/top?limit=${limit}`);
      if (status !== 200 || !isBeginning(body, ledger, limit)) return `I6: GET top?limit=${limit} (status ${status}) is not the order of the ledger`;
    }
  }
  return undefined;
}

/** A letter may be there more than once: it is written before its message is acknowledged. */
export function checkDeadLetters(found: readonly DeadLetter[], expected: readonly DeadLetter[]): string | undefined {
  const show = ({ reason, content }: DeadLetter) => `${reason} ${content.slice(0, 100)}`;
  const isAmong = (letter: DeadLetter, all: readonly DeadLetter[]) => all.some((other) => other.reason === letter.reason && other.content === letter.content);
  const stray = found.find((letter) => !isAmong(letter, expected));
  if (stray) return `I8: a dead letter that nobody caused: ${show(stray)}`;
  const missing = expected.find((letter) => !isAmong(letter, found));
  return missing && `I8: this is not among the dead letters: ${show(missing)}`;
}

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
  return running.filter(({ pid }) => pid).map((member) => ({ member, pid: member.pid, MiB: mebibytesOf(member.pid) }));
}

const mebibytesOf = (pid: number): number => Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024);
