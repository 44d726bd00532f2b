import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitWith, flag, readOptions, say, table, text, whole } from '@scoreboard/harness';
import { busiest, type CpuProfile } from './cpu-profile';
import { startDistributed } from './distributed';
import { measure } from './measure';

const ROLES = ['api', 'worker', 'gateway'] as const;

const USAGE = `npm run profile -- ${ROLES.join('|')} [options]

Writes V8's CPU profile of a role under load, and prints the thirty functions that took most of its time. Starts and stops
what it needs. Chromium's developer tools show the file as a flame chart.`;

const ALL = {
  seconds: whole('N', 'seconds of load; default 10', { otherwise: '10', min: 1 }),
  connections: whole('N', 'HTTP connections, one request at a time on each; default 256', { otherwise: '256', min: 1 }),
  keys: flag('send a fresh Idempotency-Key with every update'),
  folder: text('FOLDER', 'where to write it; default profiles, in this folder'),
};

const LINES = 30;

/** The first word is the role; `readOptions` reads the others. */
function readRole(): (typeof ROLES)[number] | undefined {
  const role = ROLES.find((each) => each === process.argv[2]);
  if (role) process.argv.splice(2, 1);
  return role;
}

// The clock of V8's profiles, in microseconds.
const now = (): number => Number(process.hrtime.bigint() / 1_000n);

async function profile(): Promise<number> {
  const role = readRole();
  const { seconds, connections, keys, folder = 'profiles' } = readOptions(USAGE, ALL);
  if (!role) {
    say(`expected one of ${ROLES.join(', ')}; see --help`);
    return 64;
  }
  say('Starting …');
  const system = await startDistributed({ profiled: { role, folder } });
  const totals = { updates: 0, points: 0, probed: 0, errors: [] };
  const from = now();
  const { acceptedPerSecond } = await measure(system, { connections, clients: 0, keys }, seconds, totals);
  const to = now();
  await system.stop();
  const file = join(folder, `${role}.cpuprofile`);
  const functions = busiest(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile, from, to);
  process.stdout.write(`${table(['share', 'function'], functions.slice(0, LINES).map(({ name, share }) => [`${(share * 100).toFixed(1)} %`, name]))}\n`);
  say(`${Math.round(acceptedPerSecond)} updates a second; the profile is ${file}`);
  return 0;
}

exitWith(profile());
