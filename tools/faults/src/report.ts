import { existsSync, readFileSync } from 'node:fs';
import { table, writeEvidence } from '@scoreboard/harness';
import type { Verdict } from './run-fault';

/** Verdicts of a run that may be broken off, one JSON object a line; none where there is no file. */
export const readVerdicts = (path: string): Verdict[] =>
  (existsSync(path) ? readFileSync(path, 'utf8') : '').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Verdict);

/** The verdicts as a table in Markdown. */
export function render(verdicts: readonly Verdict[]): string {
  const titles = ['row', 'fault', 'seed', 'accepted', 'refused', 'unknown', 'accepts after', 'recovered in', 'verdict', 'note'];
  const rows = verdicts.map(({ fault, what, seed, accepted, refused, unknown, acceptsMs, healMs, verdict, note, folder }) => {
    const figures = verdict === 'skipped' ? ['–', '–', '–', '–', '–'] : [`${accepted}`, `${refused}`, `${unknown}`, seconds(acceptsMs), seconds(healMs)];
    return [fault, what, `${seed}`, ...figures, verdict, (folder ? `${note}; see ${folder}` : note).replaceAll('|', '\\|').replaceAll('\n', ' ')];
  });
  return table(titles, rows);
}

export const seconds = (ms?: number): string => (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`);

export function summary(verdicts: readonly Verdict[]): string {
  const count = (verdict: Verdict['verdict']) => verdicts.filter((each) => each.verdict === verdict).length;
  const accepted = verdicts.reduce((sum, verdict) => sum + verdict.accepted, 0);
  return `${count('held')} held, ${count('BROKEN')} broken, ${count('skipped')} skipped; ${accepted.toLocaleString('en')} accepted updates.`;
}

/** Writes verdicts to a file, over what it held, with how they came about. */
export function writeVerdicts(file: string, verdicts: readonly Verdict[]): void {
  const args = [process.argv.slice(2).join(' ').replace(/(--resume)[= ]\S+/, '$1 FILE')];
  writeEvidence(file, { title: 'Faults', script: 'faults', args, notes: [LOAD_NOTE] }, [INTRODUCTION, render(verdicts), summary(verdicts)].join('\n\n'));
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
