import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Arena } from './arena';
import { Audience } from './audience';
import { Dice } from './dice';
import { eventually } from './eventually';
import { Journal } from './journal';
import { concludeArena, judgeArena } from './judge-arena';
import { concludeStandalone, judgeStandalone } from './judge-standalone';
import { Load } from './load';
import { residentMiB } from './memory';
import type { Member } from './member';
import type { Row, Stage } from './row';
import type { Ground, Scene } from './scene';
import type { StandaloneGround } from './standalone-ground';

export interface PlayOptions {
  readonly seed: number;
  /** Of load, about; half of them is the fault. */
  readonly seconds: number;
  readonly isLong: boolean;
  /** Rows played before on this ground: users of a later row stand before those of earlier ones. */
  readonly turn: number;
}

export interface Verdict {
  readonly row: string;
  readonly what: string;
  readonly seed: number;
  readonly verdict: 'held' | 'BROKEN' | 'skipped';
  readonly accepted: number;
  /** Sendings that nobody could tell of at first. */
  readonly unknown: number;
  /** From the end of the fault to the next update that was accepted. */
  readonly acceptsMs: number;
  /** From the end of the fault, while the load went on for a second, until everything agreed. */
  readonly healMs: number;
  /** The first broken invariant, or why it was skipped, or what is worth knowing. */
  readonly note: string;
  /** Of a broken row: logs and journal. */
  readonly folder?: string;
}

const USERS = 40;
const LEAD = 10_000_000_000;
const CALM_BEFORE_MS = 1_500;
const CALM_AFTER_MS = 1_000;
const ACCEPTS_WITHIN_MS = 30_000;
const HEALED_WITHIN_MS = 60_000;
const ANSWERED_WITHIN_MS = 2_500;
const HANGS_FROM_MS = 10_000;
const MAX_GROWTH_MIB = 64;
const GROWN_FOR_MS = 10_000;

/** Loads the ground, hurts it, heals it, waits until everything agrees, and judges. What it starts it ends, but the ground. */
export async function playRow(row: Row, ground: Ground, { seed, seconds, isLong, turn }: PlayOptions): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), `scoreboard-faults-${row.id}-${seed}-`));
  const dice = new Dice(seed * 1_000 + turn);
  const users = Array.from({ length: USERS }, (_, i) => `${row.id}-${seed}-${turn}-${i}`);
  const journal = new Journal(folder, 'journal');
  const audience = new Audience(ground.gateways.map(({ url }) => url));
  const faultMs = seconds * 500;
  const stage: Stage<Ground> = { ground, dice, journal, users, allowance: {}, deadLetters: [], isLong, faultMs, hold: (share = 1) => delay(faultMs * share) };
  const scene: Scene = { ...stage, audience };
  const load = new Load({ apis: ground.apis.map(({ url }) => url), users, lead: LEAD * (turn + 1), rate: row.rate ?? 150 }, journal, dice);
  let broken: string | undefined;
  let note = '';
  let acceptsMs = NaN;
  let healMs = NaN;
  try {
    const before = await residentMiB(ground.members);
    await load.start();
    await delay(CALM_BEFORE_MS);
    load.startTiming();
    note = (await hurt(row, stage)) ?? '';
    const slowestMs = load.slowestMs;
    const healedAt = Date.now();
    await delay(CALM_AFTER_MS);
    await eventually(() => journal.firstOkSince(healedAt) !== undefined, ACCEPTS_WITHIN_MS);
    acceptsMs = (journal.firstOkSince(healedAt) ?? Infinity) - healedAt;
    const isSettled = await load.stop();
    await eventually(async () => (broken = await judge(row, ground, scene)) === undefined, HEALED_WITHIN_MS, 200);
    healMs = Date.now() - healedAt;
    broken ??= isSettled ? undefined : `I4: ${journal.unsettled().length} updates are still unknown after all their retries`;
    broken ??= await conclude(row, ground, scene);
    broken ??= judgeConduct(row, ground, scene, slowestMs) ?? (await judgeMemory(before, ground));
  } catch (error) {
    broken = `the row itself failed: ${(error as Error).message.split('\n')[0]}`;
  }
  audience.stop();
  journal.close();
  if (broken) ground.saveLogs(folder);
  else rmSync(folder, { recursive: true });
  const { id, what } = row;
  return {
    ...{ row: id, what, seed, verdict: broken ? 'BROKEN' : 'held', accepted: journal.count('ok'), unknown: journal.doubts, acceptsMs, healMs },
    note: broken ?? note,
    folder: broken ? folder : undefined,
  };
}

function hurt(row: Row, stage: Stage<Ground>): Promise<string | void> {
  if (row.on === 'distributed') return row.hurt({ ...stage, ground: stage.ground as Arena });
  return row.hurt({ ...stage, ground: stage.ground as StandaloneGround });
}

function judge(row: Row, ground: Ground, scene: Scene): Promise<string | undefined> {
  return row.on === 'distributed' ? judgeArena(ground as Arena, scene) : judgeStandalone(ground as StandaloneGround, scene);
}

function conclude(row: Row, ground: Ground, scene: Scene): Promise<string | undefined> {
  return row.on === 'distributed' ? concludeArena(ground as Arena, scene) : concludeStandalone(ground as StandaloneGround, scene);
}

/** What must hold all the time, whatever is broken. */
function judgeConduct(row: Row, { unmeantEnds }: Ground, { journal, audience }: Scene, slowestMs: number): string | undefined {
  if (journal.wrong.length) return `I14: ${journal.wrong[0]} (and ${journal.wrong.length - 1} more like it)`;
  if (audience.wrong.length) return `I7: ${audience.wrong[0]}`;
  if (unmeantEnds.length) return `I13: ${unmeantEnds[0]}`;
  const limit = row.isBrokerFault ? ANSWERED_WITHIN_MS : HANGS_FROM_MS;
  return slowestMs > limit ? `I10: an update was answered after ${slowestMs} ms` : undefined;
}

/** A process that was started anew is as young as its memory is small: only those that lived through the row are compared. */
async function judgeMemory(before: ReadonlyMap<Member, number>, { members }: Ground): Promise<string | undefined> {
  let broken: string | undefined;
  await eventually(async () => {
    const now = await residentMiB(members);
    const [member] = [...now].find(([each, size]) => size > (before.get(each) ?? Infinity) + MAX_GROWTH_MIB) ?? [];
    broken = member && `I11: ${member.name} grew from ${before.get(member)} to ${now.get(member)} MiB`;
    return broken === undefined;
  }, GROWN_FOR_MS);
  return broken;
}
