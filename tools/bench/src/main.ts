import { exitWith, flag, type Option, optional, readOptions, say, whole, wholes } from '@scoreboard/harness';
import { STANDALONE_BOARDS } from '@scoreboard/infrastructure/config';
import { type Distributed, startDistributed } from './distributed';
import { writeEvidence } from './evidence';
import { differ, measure, measureReads, type Scenario, type Totals } from './measure';
import { PLAYERS, userIds } from './players';
import { label, render, type Run, show } from './report';
import { startBaseline, startPrototype } from './rivals';
import { startStandalone } from './standalone';
import type { System } from './system';

const USAGE = `npm run bench [-- options]

Measures the distributed system and the standalone against two others, in turns, on this machine: the server one writes in
an afternoon (Fastify, one upsert and one ZINCRBY an update, the board sent to all), and a prototype, the same path from
the same parts without anything else; \`boards\` is the distributed system with boards of the day, week and month. Starts and stops what it needs, on free ports. Ends with 1 where a sum shows a lost
or doubled point.`;

/** What starts each system, by its name. */
const START = {
  baseline: startBaseline,
  prototype: startPrototype,
  distributed: () => startDistributed(),
  boards: () => startDistributed({ boards: STANDALONE_BOARDS }),
  standalone: () => startStandalone(userIds),
};

type SystemName = keyof typeof START;

/** Some of the systems. */
const systems: Option<readonly SystemName[]> = {
  hint: 'A,B',
  help: 'only these of baseline, prototype, distributed, boards, standalone; default all',
  read(given, name) {
    const known = Object.keys(START) as SystemName[];
    const names = (given?.split(',') ?? known) as SystemName[];
    const wrong = names.find((each) => !known.includes(each));
    if (wrong !== undefined) throw new Error(`--${name}: "${wrong}": expected some of ${known.join(', ')}`);
    return names;
  },
};

const ALL = {
  quick: flag('a short look: 2 rounds of 2 seconds, about two minutes in all'),
  seconds: optional(whole('N', 'seconds of load in each run; default 10', { otherwise: '', min: 1 })),
  rounds: optional(whole('N', 'rounds; each runs every system once in every scenario; default 3', { otherwise: '', min: 1 })),
  connections: wholes('A,B', 'HTTP connections, one request at a time on each; default 64,256', { otherwise: '64,256', min: 1 }),
  clients: wholes('A,B', 'Socket.IO clients that watch; default 0,200', { otherwise: '0,200', min: 0 }),
  systems,
  write: flag('write the result to docs/evidence/bench.md'),
};

type Options = ReturnType<typeof benchOptions>;

function benchOptions() {
  const { quick, seconds = quick ? 2 : 10, rounds = quick ? 2 : 3, connections, clients, ...others } = readOptions(USAGE, ALL);
  const plain = clients.flatMap((count) => connections.map((each) => ({ connections: each, clients: count, keys: false })));
  const scenarios: readonly Scenario[] = [...plain, ...plain.filter((each) => !each.clients).map((each) => ({ ...each, keys: true }))];
  return { seconds, rounds, scenarios, ...others };
}

const WARM_UP = { connections: 256, clients: 0, keys: false };
const WARM_UP_SECONDS = 4;
const READ_CONNECTIONS = 64;
const LOCK_LOAD = WARM_UP;

const EVIDENCE = {
  file: 'bench.md',
  title: 'The benchmark',
  command: 'bench',
  notes: [
    `- ${PLAYERS.toLocaleString('en')} players with a token each.`,
    '- `baseline` answers with the new score, and keeps no history; the others keep every update and count it once.',
    '- `distributed` and `prototype` answer when the queue holds the update durably, `standalone` when the ledger does.',
  ],
};

/** Every system in every scenario, in turns, so that what else the machine does falls on all alike. */
async function compare(systems: readonly System[], totalsOf: Map<System, Totals>, { rounds, scenarios, seconds }: Options) {
  const runs: Run[] = [];
  const reads: Record<string, number[]> = {};
  for (const system of systems) await measure(system, WARM_UP, WARM_UP_SECONDS, totalsOf.get(system)!);
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios) {
      for (const system of systems.filter(({ takesKeys }) => takesKeys || !scenario.keys)) {
        const measured = await measure(system, scenario, seconds, totalsOf.get(system)!);
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
async function lockNote(distributed: Distributed, totals: Totals, workers: string, { seconds }: Options): Promise<string> {
  const before = await distributed.lock();
  const { acceptedPerSecond } = await measure(distributed, LOCK_LOAD, seconds, totals);
  const after = await distributed.lock();
  const batches = after.batches - before.batches;
  const wait = ((after.seconds - before.seconds) / batches) * 1_000;
  const rate = `${show(batches)} batches, at ${show(acceptedPerSecond)} updates/s`;
  return `- Lock on the row in the table \`leaderboard\`, ${workers}: ${show(wait)} ms a batch over ${rate}.`;
}

async function bench(options: Options): Promise<number> {
  say(`Starting ${options.systems.join(', ')} …`);
  const systems: System[] = [];
  for (const name of options.systems) systems.push(await START[name]());
  const totalsOf = new Map(systems.map((each) => [each, { updates: 0, points: 0, probed: 0, errors: [] } as Totals]));
  const { runs, reads } = await compare(systems, totalsOf, options);
  const notes: string[] = [];
  const distributed = systems.find((system): system is Distributed => 'lock' in system);
  if (distributed) {
    notes.push(await lockNote(distributed, totalsOf.get(distributed)!, 'one worker', options));
    await distributed.addWorker();
    notes.push(await lockNote(distributed, totalsOf.get(distributed)!, 'two workers', options));
  }

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

exitWith(bench(benchOptions()));
