import { exitWith, say } from '@scoreboard/harness';
import { drillRestore } from './restore-drill';

async function main(): Promise<number> {
  say('Private servers and two of each role; PostgreSQL with a base backup and pg_receivewal. A minute or two …');
  const { underLoad, standings, difference, restoredMs } = await drillRestore({ seconds: 12, patience: 3 });
  const lines = [
    `Under load everything was lost and PostgreSQL restored: ${underLoad.verdict}; ${underLoad.note}.`,
    `At rest everything was lost and PostgreSQL restored: ${difference ?? `the same ${standings} standings in ledger, Redis and every api`}, after ${(restoredMs / 1_000).toFixed(1)} s.`,
    'A restore loses what was answered 201 and had not reached the archive, or still waited in RabbitMQ where that is lost as well.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return underLoad.verdict === 'held' && difference === undefined ? 0 : 1;
}

exitWith(main());
