import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Arena } from './arena';
import { Audience } from './audience';
import { Dice } from './dice';
import { eventually } from './eventually';
import { Journal } from './journal';
import { judgeConduct, judgeMemory } from './judge-conduct';
import { concludeArena, judgeArena } from './judge-arena';
import { concludeStandalone, judgeStandalone } from './judge-standalone';
import { Load } from './load';
import { residentOf } from './memory';
import type { Row, Stage } from './row';
import type { Ground, Scene } from './scene';
import { StandaloneGround } from './standalone-ground';

export interface PlayOptions {
  readonly seed: number;
  /** Of load, about; half of them is the fault. */
  readonly seconds: number;
  readonly earlier: string;
  /** How many times as long as promised an answer may take: above 1 where the machine does other work beside. */
  readonly patience: number;
  /** Rows played before on this ground: users of a later row stand before those of earlier ones. */
  readonly turn: number;
}

export interface Verdict {
  readonly row: string;
  readonly what: string;
  readonly seed: number;
  readonly verdict: 'held' | 'BROKEN' | 'skipped';
  readonly accepted: number;
  /** Sendings that were answered `refused`, or came to a port where nobody listened. */
  readonly refused: number;
  /** Sendings that nobody could tell of at first. */
  readonly unknown: number;
  /** From the end of the fault to the next update that was accepted. */
  readonly acceptsMs?: number;
  /** From the end of the fault, while the load went on for a second or until an update was accepted, until everything agreed. */
  readonly healMs?: number;
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
const SLOW_HEAL_MS = 5_000;

interface Play {
  readonly row: Row;
  readonly stage: Stage<Ground>;
  readonly audience: Audience;
  readonly load: Load;
  readonly patience: number;
}

type Course = Pick<Verdict, 'acceptsMs' | 'healMs' | 'note'> & { readonly broken?: string };

/** Loads the ground, hurts it, heals it, waits until everything agrees, and judges. What it starts it ends, but the ground. */
export async function playRow(row: Row, ground: Ground, options: PlayOptions): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), `scoreboard-faults-${row.id}-${options.seed}-`));
  const play = prepare(row, ground, options, new Journal(folder, 'journal'));
  const { journal } = play.stage;
  const { broken, note, ...times } = await run(play).catch(itself);
  play.audience.stop();
  await play.load.stop();
  journal.close();
  if (broken) ground.saveLogs(folder);
  else rmSync(folder, { recursive: true });
  return {
    ...{ row: row.id, what: row.what, seed: options.seed, verdict: broken ? 'BROKEN' : 'held' },
    ...{ accepted: journal.count('ok'), refused: journal.refusals, unknown: journal.doubts, ...times, note: broken ?? note, folder: broken ? folder : undefined },
  };
}

const itself = (error: Error): Course => ({ broken: `the row itself failed: ${error.message.split('\n')[0]}`, note: '' });

function prepare(row: Row, ground: Ground, { seed, seconds, earlier, patience, turn }: PlayOptions, journal: Journal): Play {
  const dice = new Dice(seed * 1_000 + turn);
  const users = Array.from({ length: USERS }, (_, i) => `${row.id}-${seed}-${turn}-${i}`);
  const faultMs = seconds * 500;
  const hold = (share = 1) => delay(faultMs * share);
  const load = new Load({ apis: ground.apis.map(({ url }) => url), users, lead: LEAD * (turn + 1), rate: row.rate ?? 150 }, journal, dice);
  const audience = new Audience(ground.gateways.map(({ url }) => url));
  return { row, load, audience, patience, stage: { ground, dice, journal, users, allowance: {}, deadLetters: [], earlier, faultMs, hold } };
}

async function run(play: Play): Promise<Course> {
  const { row, stage, load, patience } = play;
  const { ground, journal } = stage;
  const before = await residentOf(ground.members);
  await load.start();
  await delay(CALM_BEFORE_MS);
  load.startTiming();
  const told = await hurt(row, stage);
  const { slowestMs } = load;
  const endedAt = Date.now();
  await delay(CALM_AFTER_MS);
  await eventually(() => journal.firstOkSince(endedAt) !== undefined, ACCEPTS_WITHIN_MS);
  const acceptsMs = (journal.firstOkSince(endedAt) ?? Infinity) - endedAt;
  const isSettled = await load.stop();
  const { broken, waitedFor } = await agree(play);
  const healMs = Date.now() - endedAt;
  const unsettled = isSettled ? undefined : `I4: ${journal.unsettled().length} updates are still unknown after all their retries`;
  const scene = { ...stage, audience: play.audience };
  return {
    acceptsMs,
    healMs,
    note: [told, healMs > SLOW_HEAL_MS && `waited last for ${waitedFor}`].filter(Boolean).join('; '),
    broken: broken ?? unsettled ?? (await conclude(ground, scene)) ?? judgeConduct(row, ground, scene, { slowestMs, patience }) ?? (await judgeMemory(before, ground)),
  };
}

/** Asks the judges until nothing is broken any more, or for so long. */
async function agree({ stage, audience }: Play): Promise<{ readonly broken?: string; readonly waitedFor: string }> {
  let broken: string | undefined;
  let waitedFor = 'updates that were unknown';
  const scene = { ...stage, audience };
  await eventually(async () => {
    // A server that cannot be asked yet is no answer.
    broken = await judge(stage.ground, scene).catch((error: Error) => `I12: ${error.message}`);
    waitedFor = broken ?? waitedFor;
    return broken === undefined;
  }, HEALED_WITHIN_MS, 200);
  return { broken, waitedFor };
}

function hurt(row: Row, stage: Stage<Ground>): Promise<string | void> {
  const { ground } = stage;
  if (row.on === 'distributed' && ground instanceof Arena) return row.hurt({ ...stage, ground });
  if (row.on === 'standalone' && ground instanceof StandaloneGround) return row.hurt({ ...stage, ground });
  throw new Error(`${row.id} does not play here`);
}

const judge = (ground: Ground, scene: Scene): Promise<string | undefined> =>
  ground instanceof Arena ? judgeArena(ground, scene) : judgeStandalone(ground as StandaloneGround, scene);

const conclude = (ground: Ground, scene: Scene): Promise<string | undefined> =>
  ground instanceof Arena ? concludeArena(ground, scene) : concludeStandalone(ground as StandaloneGround, scene);
