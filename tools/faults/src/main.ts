import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { table, writeEvidence } from '@scoreboard/harness';
import { InvalidArgumentError } from 'commander';
import { commandLine, exitWith, say, whole, wholes } from '../../driver/src/command-line';
import { FAULTS } from './catalog';
import { earlierVersion } from './earlier-build';
import type { Fault } from './fault';
import { runFaults, type RunOptions, type Verdict } from './run-faults';

const DESCRIPTION = `Hurts a running system, one fault at a time, under load, heals it, and checks that no point was lost or counted twice: what
clients were answered is compared exactly with ledger, leaderboard, queues and every watching client. Starts and stops what
it needs, on free ports. Ends with 1 where an invariant is broken. All faults take about three quarters of an hour on two cores.`;

/** A name stands for the fault of that id, or else for all whose ids begin with it. */
function select(given: string): readonly Fault[] {
  const named = given.split(',').map((name) => {
    const exact = FAULTS.filter(({ id }) => id === name);
    const faults = exact.length ? exact : FAULTS.filter(({ id }) => id.startsWith(name));
    if (!faults.length) throw new InvalidArgumentError(`There is no ${name}; --rows lists what there is.`);
    return faults;
  });
  return [...new Set(named.flat())];
}

type Options = Omit<RunOptions, 'earlier'> & Readonly<{ rows?: true; row?: readonly Fault[]; seeds: number[]; earlier?: string; resume?: string; write?: string }>;

async function bench(): Promise<number> {
  const command = commandLine('faults', DESCRIPTION)
    .option('--rows', 'list the faults and end')
    .option('--row <A,B>', 'these faults alone; F14 stands for all that begin with it', select)
    .option('--seconds <N>', 'seconds of load with each fault, which lasts about half of them', whole(4), 16)
    .option('--seeds <A,B>', 'a round with each of these, which stand for its chances', wholes(0), [1])
    .option('--earlier <REF>', 'the older version in the fault of two versions; default the newest tag, else ten commits ago; skipped before the first release')
    .option('--patience <N>', 'a late answer is one that takes N times as long as promised; more where other work runs beside', whole(1), 1)
    .option('--resume <FILE>', 'keep verdicts in this file, and go on where it ends')
    .option('--write <FILE>', 'write the table to this file, as to docs/evidence/faults.md')
    .parse();
  const { rows: isListed, row: faults = FAULTS, seeds, earlier = earlierVersion(), resume, write, seconds: ofLoad, patience } = command.opts<Options>();
  if (isListed) {
    for (const { id, what, skip } of faults) {
      const reason = skip?.({ earlier });
      process.stdout.write(`${id.padEnd(26)} ${what}${reason ? ` (skipped: ${reason})` : ''}\n`);
    }
    return 0;
  }
  const verdicts = resume ? readVerdicts(resume) : [];
  await runFaults(faults, seeds, { seconds: ofLoad, earlier, patience }, verdicts, (verdict) => {
    if (resume) appendFileSync(resume, `${JSON.stringify(verdict)}\n`);
    tell(verdict);
  });
  const [rows, summary] = [render(verdicts), summarize(verdicts)];
  process.stdout.write(`${rows}\n\n${summary}\n`);
  if (write) {
    const args = [process.argv.slice(2).join(' ').replace(/(--resume)[= ]\S+/, '$1 FILE')];
    writeEvidence(write, { title: 'Faults', script: 'faults', args, notes: [LOAD_NOTE] }, [INTRODUCTION, rows, summary].join('\n\n'));
  }
  return verdicts.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0;
}

const seconds = (ms?: number): string => (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`);

const tell = ({ fault, seed, verdict, acceptsMs, healMs, note, folder }: Verdict) =>
  say(`${fault} (seed ${seed}): ${verdict}, accepts after ${seconds(acceptsMs)}, recovered in ${seconds(healMs)}${note ? `; ${note}` : ''}${folder ? `; see ${folder}` : ''}`);

/** Verdicts of a run that may be broken off, one JSON object a line; none where there is no file. */
const readVerdicts = (path: string): Verdict[] =>
  (existsSync(path) ? readFileSync(path, 'utf8') : '').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Verdict);

function render(verdicts: readonly Verdict[]): string {
  const titles = ['row', 'fault', 'seed', 'accepted', 'refused', 'unknown', 'accepts after', 'recovered in', 'verdict', 'note'];
  const rows = verdicts.map(({ fault, what, seed, accepted, refused, unknown, acceptsMs, healMs, verdict, note, folder }) => {
    const figures = verdict === 'skipped' ? ['–', '–', '–', '–', '–'] : [`${accepted}`, `${refused}`, `${unknown}`, seconds(acceptsMs), seconds(healMs)];
    return [fault, what, `${seed}`, ...figures, verdict, (folder ? `${note}; see ${folder}` : note).replaceAll('|', '\\|').replaceAll('\n', ' ')];
  });
  return table(titles, rows);
}

function summarize(verdicts: readonly Verdict[]): string {
  const count = (verdict: Verdict['verdict']) => verdicts.filter((each) => each.verdict === verdict).length;
  const accepted = verdicts.reduce((sum, verdict) => sum + verdict.accepted, 0);
  return `${count('held')} held, ${count('BROKEN')} broken, ${count('skipped')} skipped; ${accepted.toLocaleString('en')} accepted updates.`;
}

const LOAD_NOTE = `- Two of every role over private servers, 40 users, 150 actions a second (5% sent twice, 5% bad on purpose, 10% without a key, \
10% reads), 20 Socket.IO clients and 4 plain ones over both gateways.`;

const INTRODUCTION = `A fault has held when, after the fault:

- every update answered 201 is in the ledger once, and nothing that was refused is; updates with an unknown outcome were sent again with their key until accepted (I1 to I4);
- for every user the sum of the events is the total in PostgreSQL and the score in Redis, and the whole order, ties included, is the same in both, in the cached board and over HTTP; in PostgreSQL and Redis this also holds for the boards of the day, week and month, also for a day that was closed in the row (I2, I5, I6);
- every client shows the true top ten, and none was ever shown an older revision after a newer one (I7);
- the queue is empty, every message is acknowledged, and the dead letters are those that the fault caused (I8, I9);
- every applied update was delivered by the workers as a webhook, in the order of the ledger (I15);
- no update took 10 s to be answered, 2.5 s in faults of the broker (I10); no process that lived through it grew by more than 64 MiB, measured after it had collected its garbage (I11);
- no process exited unexpectedly (I13); nothing was answered 500; every invalid request was answered 400, 401 or 403 (I14).

Refused: attempts that were certainly not accepted (503 \`refused\`, or nobody listened). Unknown: attempts whose outcome was unknown at first. Accepts after: from the end of the fault to the next update answered 201. Recovered in: from the end of the fault, while the load went on for another second or until an update was accepted, until all of this held.`;

exitWith(bench());
