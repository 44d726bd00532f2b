import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { table } from '@scoreboard/harness';
import { Argument } from 'commander';
import { commandLine, exitWith, say, whole } from '../../driver/src/command-line';
import { machineTime } from './clock';
import { busiest, type CpuProfile } from './cpu-profile';
import { measure } from './measure';
import { startDistributed } from './systems';

const ROLES = ['api', 'worker', 'gateway'] as const;

const DESCRIPTION = `Writes V8's CPU profile of a role under load, and prints the thirty functions that took most of its time. Starts and stops
what it needs. Chromium's developer tools show the file as a flame chart.`;

const command = commandLine('profile', DESCRIPTION)
  .addArgument(new Argument('<role>', 'of which process').choices(ROLES))
  .option('--seconds <N>', 'seconds of load', whole(1), 10)
  .option('--connections <N>', 'HTTP connections, one request at a time on each', whole(1), 256)
  .option('--keys', 'send a fresh Idempotency-Key with every update')
  .option('--folder <FOLDER>', 'where to write it', 'profiles')
  .parse();

async function profile(): Promise<number> {
  const role = command.args[0] as (typeof ROLES)[number];
  const { seconds, connections, keys = false, folder } = command.opts<{ seconds: number; connections: number; keys?: true; folder: string }>();
  say('Starting …');
  const system = await startDistributed({ nodeArgs: { [role]: ['--cpu-prof', '--cpu-prof-dir', resolve(folder), '--cpu-prof-name', `${role}.cpuprofile`] } });
  const from = machineTime();
  const { acceptedPerSecond } = await measure(system, { connections, clients: 0, keys }, seconds);
  const to = machineTime();
  await system.stop();
  const file = join(folder, `${role}.cpuprofile`);
  const functions = busiest(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile, from * 1_000, to * 1_000);
  process.stdout.write(`${table(['share', 'function'], functions.slice(0, 30).map(({ name, share }) => [`${(share * 100).toFixed(1)} %`, name]))}\n`);
  say(`${Math.round(acceptedPerSecond)} updates a second; the profile is ${file}`);
  return 0;
}

exitWith(profile());
