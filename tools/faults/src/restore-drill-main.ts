import { drillRestore } from './restore-drill';

async function main(): Promise<number> {
  process.stderr.write('Private servers and two of each role; PostgreSQL with a base backup and pg_receivewal. A minute or two …\n');
  const { underLoad, standings, difference, restoredMs } = await drillRestore({ seconds: 12, patience: 3 });
  const lines = [
    `Under load everything was lost and PostgreSQL restored: ${underLoad.verdict}; ${underLoad.note}.`,
    `At rest everything was lost and PostgreSQL restored: ${difference ?? `the same ${standings} standings in ledger, Redis and every api`}, after ${(restoredMs / 1_000).toFixed(1)} s.`,
    'A restore loses what was answered 201 and had not reached the archive, or still waited in RabbitMQ where that is lost as well.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return underLoad.verdict === 'held' && difference === undefined ? 0 : 1;
}

// Without an exit a server's connection that is still closing would hold the process.
void main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  },
);
