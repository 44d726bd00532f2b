import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Verdict } from './run-fault';
import { render, summary } from './report';

/** Writes verdicts to a file, over what it held, with how they came about. */
export function writeEvidence(file: string, verdicts: readonly Verdict[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, [...introduction(), render(verdicts), '', summary(verdicts), ''].join('\n'));
}

function introduction(): string[] {
  const args = process.argv.slice(2).join(' ').replace(/(--resume)[= ]\S+/, '$1 FILE');
  const command = `npm run faults -- ${args}`;
  return [
    '# Faults',
    '',
    `- Command: \`${command}\`, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    `- Machine: ${cpus()[0]!.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}; servers, roles and load all ran on it.`,
    '- Two of every role over private servers, 40 users, 150 actions a second (5 % sent twice, 5 % bad on purpose, 10 % without a key, 10 % reads), 20 Socket.IO clients and 4 plain ones over both gateways.',
    '',
    'A fault has held when, after the fault:',
    '',
    '- every update answered 201 is in the history once, and nothing that was refused is; what nobody could tell of was sent again with its key until it was accepted (I1 to I4);',
    '- for every user the sum of the history is the total in PostgreSQL and the score in Redis, and the whole order, ties included, is the same in both, in the cached board and over HTTP (I2, I5, I6);',
    '- every client shows the true top ten, and none was ever shown an older revision after a newer one (I7);',
    '- the queue is empty, all is acknowledged, and the dead letters are those that the fault caused (I8, I9);',
    '- no update took 10 s to be answered, 2.5 s in faults of the broker (I10); no process that lived through it grew by more than 64 MiB, measured after it had collected its garbage (I11);',
    '- no process ended that nobody ended (I13); nothing was answered 500, and no bad request anything but its 400, 401 or 403 (I14).',
    '',
    'Refused: sendings that surely were not taken (503 `refused`, or nobody listened). Unknown: sendings that nobody could tell of at first. Accepts after: from the end of the fault to the next update answered 201. Healed in: from the end of the fault, while the load went on for another second or until an update was accepted, until all of this held.',
    '',
  ];
}
