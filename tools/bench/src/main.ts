import { join } from 'node:path';
import { projectRoot, writeEvidence } from '@scoreboard/harness';
import { STANDALONE_BOARDS } from '@scoreboard/infrastructure/config';
import { InvalidArgumentError } from 'commander';
import { commandLine, exitWith, say, whole, wholes } from '../../faults/src/command-line';
import { check, differ, measure, measureReads, type Scenario, type Totals } from './measure';
import { PLAYERS, userIds } from './players';
import { type Distributed, startDistributed, startStandalone } from './products';
import { label, render, type Run, show } from './report';
import { startBaseline, startPrototype } from './rivals';
import { SERVERS_NOTE, type System } from './system';

const DESCRIPTION = `Measures the distributed system and the standalone against two others, in turns, on this machine: the server one writes in
an afternoon (Fastify, one upsert and one ZINCRBY an update, the board sent to all), and a prototype, the same path from
the same parts without anything else; \`boards\` is the distributed system with boards of the day, week and month. Starts
and stops what it needs, on free ports. Ends with 1 where a sum shows a lost or doubled point.`;

/** What starts each system, by its name. */
const START = {
  baseline: startBaseline,
  prototype: startPrototype,
  distributed: () => startDistributed(),
  boards: () => startDistributed({ boards: STANDALONE_BOARDS }),
  standalone: () => startStandalone(userIds),
};

const KNOWN = Object.keys(START) as (keyof typeof START)[];

function readSystems(given: string): typeof KNOWN {
  const names = given.split(',') as typeof KNOWN;
  if (!names.every((name) => KNOWN.includes(name))) throw new InvalidArgumentError(`Expected some of ${KNOWN.join(', ')}.`);
  return names;
}

interface Given {
  readonly quick?: true;
  readonly seconds?: number;
  readonly rounds?: number;
  readonly connections: readonly number[];
  readonly clients: readonly number[];
  readonly systems: typeof KNOWN;
  readonly write?: true;
}

type Options = ReturnType<typeof benchOptions>;

function benchOptions() {
  const given = commandLine('bench', DESCRIPTION)
    .option('--quick', 'a short look: 2 rounds of 2 seconds, about two minutes in all')
    .option('--seconds <N>', 'seconds of load in each run; default 10', whole(1))
    .option('--rounds <N>', 'rounds; each runs every system once in every scenario; default 3', whole(1))
    .option('--connections <A,B>', 'HTTP connections, one request at a time on each', wholes(1), [64, 256])
    .option('--clients <A,B>', 'Socket.IO clients that watch', wholes(0), [0, 200])
    .option('--systems <A,B>', 'only these systems', readSystems, KNOWN)
    .option('--write', 'write the result to docs/evidence/bench.md');
  const { quick, seconds = quick ? 2 : 10, rounds = quick ? 2 : 3, connections, clients, ...others } = given.parse().opts<Given>();
  const plain = clients.flatMap((count) => connections.map((each) => ({ connections: each, clients: count, keys: false })));
  const scenarios: readonly Scenario[] = [...plain, ...plain.filter((each) => !each.clients).map((each) => ({ ...each, keys: true }))];
  return { seconds, rounds, scenarios, ...others };
}

const WARM_UP = { connections: 256, clients: 0, keys: false };
const WARM_UP_SECONDS = 4;
const READ_CONNECTIONS = 64;
const LOCK_LOAD = WARM_UP;

const FILE = join(projectRoot(), 'docs/evidence/bench.md');

const EVIDENCE = {
  title: 'The benchmark',
  script: 'bench',
  notes: [
    SERVERS_NOTE,
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
        await check(system, totalsOf.get(system)!);
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
    errors.push(...totals.errors, ...differ((await system.stop()) ?? {}, totals).map((difference) => `${system.name}: ${difference}`));
    notes.push(`- Checked after every run: ${system.name} accepted ${totals.updates.toLocaleString('en')} updates in all.`);
  }
  notes.push(...(errors.length ? errors.map((error) => `- WRONG: ${error}`) : ['- Every sum agrees: none lost, none counted twice.']));
  const report = render(runs, reads, notes);
  process.stdout.write(`${report}\n`);
  if (options.write) writeEvidence(FILE, EVIDENCE, report);
  return errors.length ? 1 : 0;
}

exitWith(bench(benchOptions()));
