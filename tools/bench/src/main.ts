import { flag, optional, readOptions, say, text, whole, wholes } from '@scoreboard/harness';
import { startBaseline } from './baseline';
import { type Distributed, startDistributed } from './distributed';
import { writeEvidence } from './evidence';
import { differ, measure, measureReads, type Scenario, type Totals } from './measure';
import { PLAYERS, userIds } from './players';
import { label, render, type Run, show } from './report';
import { startStandalone } from './standalone';
import type { System } from './system';

const USAGE = `npm run bench [-- options]

Measures the distributed system and the standalone against the server one writes in an afternoon (Fastify, one upsert
and one ZINCRBY an update, the board sent to all), in turns, on this machine. Starts and stops what it needs, on free
ports. Ends with 1 where a sum shows a lost or doubled point.`;

const ALL = {
  quick: flag('a short look: 2 rounds of 2 seconds, about two minutes in all'),
  seconds: optional(whole('N', 'seconds of load in each run; default 10', { otherwise: '', min: 1 })),
  rounds: optional(whole('N', 'rounds; each runs every system once in every scenario; default 3', { otherwise: '', min: 1 })),
  connections: wholes('A,B', 'HTTP connections, one request at a time on each; default 64,256', { otherwise: '64,256', min: 1 }),
  clients: wholes('A,B', 'Socket.IO clients that watch; default 0,200', { otherwise: '0,200', min: 0 }),
  keys: flag('send a fresh Idempotency-Key with every update'),
  write: flag('write the result to docs/evidence/bench.md'),
  profile: text('FOLDER', 'write V8 CPU profiles of api, worker and gateway there (slows them a little)'),
};

type Options = ReturnType<typeof benchOptions>;

function benchOptions() {
  const { quick, seconds = quick ? 2 : 10, rounds = quick ? 2 : 3, connections, clients, ...others } = readOptions(USAGE, ALL);
  const scenarios: readonly Scenario[] = clients.flatMap((count) => connections.map((each) => ({ connections: each, clients: count })));
  return { seconds, rounds, scenarios, ...others };
}

const WARM_UP = { connections: 256, clients: 0 };
const WARM_UP_SECONDS = 4;
const READ_CONNECTIONS = 64;
const LOCK_LOAD = { connections: 256, clients: 0 };

const EVIDENCE = {
  file: 'bench.md',
  title: 'The benchmark',
  command: 'bench',
  notes: [
    `- ${PLAYERS.toLocaleString('en')} players with a token each.`,
    '- `baseline` answers with the new score, and keeps no history; the other two keep every update and count it once.',
    '- `distributed` answers when the queue holds the update durably, `standalone` when the ledger does.',
  ],
};

/** Every system in every scenario, in turns, so that what else the machine does falls on all alike. */
async function compare(systems: readonly System[], totalsOf: Map<System, Totals>, { rounds, scenarios, seconds, keys }: Options) {
  const runs: Run[] = [];
  const reads: Record<string, number[]> = {};
  for (const system of systems) await measure(system, WARM_UP, WARM_UP_SECONDS, keys, totalsOf.get(system)!);
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios) {
      for (const system of systems) {
        const measured = await measure(system, scenario, seconds, keys, totalsOf.get(system)!);
        runs.push({ round, scenario, system: system.name, measured });
        const result = `${show(measured.acceptedPerSecond)} accepted/s, p99 ${show(measured.p99)} ms`;
        say(`round ${round} of ${rounds}, ${label(scenario)}, ${system.name}: ${result}`);
      }
    }
    for (const system of systems) (reads[system.name] ??= []).push(await measureReads(system, READ_CONNECTIONS, seconds));
  }
  return { runs, reads };
}

/** What a batch waits for the row in the table `leaderboard`. */
async function lockNote(distributed: Distributed, totals: Totals, workers: string, { seconds, keys }: Options): Promise<string> {
  const before = await distributed.lock();
  const { acceptedPerSecond } = await measure(distributed, LOCK_LOAD, seconds, keys, totals);
  const after = await distributed.lock();
  const batches = after.batches - before.batches;
  const wait = ((after.seconds - before.seconds) / batches) * 1_000;
  const rate = `${show(batches)} batches, at ${show(acceptedPerSecond)} updates/s`;
  return `- Lock on the row in the table \`leaderboard\`, ${workers}: ${show(wait)} ms a batch over ${rate}.`;
}

async function bench(options: Options): Promise<number> {
  say('Starting three systems …');
  const distributed = await startDistributed(options.profile);
  const systems = [await startBaseline(), distributed, await startStandalone(userIds)];
  const totalsOf = new Map(systems.map((each) => [each, { updates: 0, points: 0, probed: 0, errors: [] } as Totals]));
  const { runs, reads } = await compare(systems, totalsOf, options);
  const notes = [await lockNote(distributed, totalsOf.get(distributed)!, 'one worker', options)];
  await distributed.addWorker();
  notes.push(await lockNote(distributed, totalsOf.get(distributed)!, 'two workers', options));

  const errors: string[] = [];
  for (const [system, totals] of totalsOf) {
    errors.push(...totals.errors, ...differ(await system.stop(), totals).map((difference) => `${system.name}: ${difference}`));
    notes.push(`- Checked after every run: ${system.name} accepted ${totals.updates.toLocaleString('en')} updates in all.`);
  }
  notes.push(...(errors.length ? errors.map((error) => `- WRONG: ${error}`) : ['- Every sum agrees: none lost, none counted twice.']));
  const report = render(runs, reads, notes);
  process.stdout.write(`${report}\n`);
  if (options.write) say(`written to ${writeEvidence(EVIDENCE, report)}`);
  return errors.length ? 1 : 0;
}

// Without an exit a server's connection that is still closing would hold the process.
void bench(benchOptions()).then((code) => process.exit(code));
