import { STANDALONE_BOARDS } from '@scoreboard/infrastructure/config';
import type { Command } from 'commander';
import { say, someOf, whole, wholes } from '../../driver/src/command-line';
import { type Finding, runBenchmark, verdictOn } from './benchmark';
import { check, differ, measure, measureReads, type Scenario } from './measure';
import { PLAYERS } from './players';
import { label, render, type Run } from './report';
import { show } from './statistics';
import { type Distributed, startBaseline, startDistributed, startPrototype, startStandalone, type System } from './systems';

const DESCRIPTION = `Measures the distributed system and the standalone against two others, in turns, on this machine: the server one writes in
an afternoon (Fastify, one upsert and one ZINCRBY an update, the board sent to all), and a prototype, the same path from
the same parts without anything else; \`boards\` is the distributed system with boards of the day, week and month. Starts
and stops what it needs, on free ports. Ends with 1 where a sum shows a lost or doubled point.`;

const START = {
  baseline: startBaseline,
  prototype: startPrototype,
  distributed: () => startDistributed(),
  boards: () => startDistributed({ boards: STANDALONE_BOARDS }),
  standalone: startStandalone,
};

const KNOWN = Object.keys(START) as (keyof typeof START)[];

const NOTES = [
  `- ${PLAYERS.toLocaleString('en')} players with a token each.`,
  '- `baseline` answers with the new score, and keeps no history; the others keep every update and count it once.',
  '- `distributed` and `prototype` answer when the queue holds the update durably, `standalone` when the ledger does.',
];

type Given = Readonly<{ quick?: true; seconds?: number; rounds?: number; connections: number[]; clients: number[]; systems: typeof KNOWN }>;

const options = (command: Command): Command =>
  command
    .option('--quick', 'a short look: 2 rounds of 2 seconds, about two minutes in all')
    .option('--seconds <N>', 'seconds of load in each run; default 10', whole(1))
    .option('--rounds <N>', 'rounds; each runs every system once in every scenario; default 3', whole(1))
    .option('--connections <A,B>', 'HTTP connections, one request at a time on each', wholes(1), [64, 256])
    .option('--clients <A,B>', 'Socket.IO clients that watch', wholes(0), [0, 200])
    .option('--systems <A,B>', 'only these systems', someOf(KNOWN, 1), KNOWN);

/** Keys make no difference to what is pushed, so they are measured without clients alone. */
function scenariosOf({ connections, clients }: Given): readonly Scenario[] {
  const plain = clients.flatMap((count) => connections.map((each) => ({ connections: each, clients: count, keys: false })));
  return [...plain, ...plain.filter((each) => !each.clients).map((each) => ({ ...each, keys: true }))];
}

const WARM_UP = { connections: 256, clients: 0, keys: false };
const WARM_UP_SECONDS = 4;

/** Every system in every scenario, in turns, so that what else the machine does falls on all alike; backwards in every other round, because what one still writes to disk slows the next. */
async function compare(systems: readonly System[], scenarios: readonly Scenario[], rounds: number, seconds: number) {
  const runs: Run[] = [];
  const reads: Record<string, number[]> = {};
  for (const system of systems) await measure(system, WARM_UP, WARM_UP_SECONDS);
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios) {
      for (const system of (round % 2 ? systems : systems.toReversed()).filter(({ takesKeys }) => takesKeys || !scenario.keys)) {
        const measured = await measure(system, scenario, seconds);
        await check(system);
        runs.push({ round, scenario, system: system.name, measured });
        const result = `${show(measured.acceptedPerSecond)} accepted/s, p99 ${show(measured.p99)} ms`;
        say(`round ${round} of ${rounds}, ${label(scenario)}, ${system.name}: ${result}`);
      }
    }
    for (const system of round % 2 ? systems : systems.toReversed()) {
      const { perSecond } = await measureReads(system, 'top', { connections: 64, seconds, players: 1 });
      (reads[system.name] ??= []).push(perSecond);
    }
  }
  return { runs, reads };
}

async function lockNote(distributed: Distributed, workers: string, seconds: number): Promise<string> {
  const before = await distributed.lock();
  const { acceptedPerSecond } = await measure(distributed, WARM_UP, seconds);
  const after = await distributed.lock();
  const batches = after.batches - before.batches;
  const wait = ((after.seconds - before.seconds) / batches) * 1_000;
  const rate = `${show(batches)} batches, at ${show(acceptedPerSecond)} updates/s`;
  return `- Lock on the row in the table \`leaderboard\`, ${workers}: ${show(wait)} ms a batch over ${rate}.`;
}

async function bench(given: Given): Promise<Finding> {
  const { quick, seconds = quick ? 2 : 10, rounds = quick ? 2 : 3 } = given;
  say(`Starting ${given.systems.join(', ')} …`);
  const systems: System[] = [];
  for (const name of given.systems) systems.push(await START[name]());
  const { runs, reads } = await compare(systems, scenariosOf(given), rounds, seconds);
  const notes: string[] = [];
  const distributed = systems.find((system): system is Distributed => 'lock' in system);
  if (distributed) {
    notes.push(await lockNote(distributed, 'one worker', seconds));
    await distributed.addWorker();
    notes.push(await lockNote(distributed, 'two workers', seconds));
  }
  for (const { name, totals, stop } of systems) {
    totals.errors.push(...differ((await stop()) ?? {}, totals).map((difference) => `${name}: ${difference}`));
    notes.push(`- Checked after every run: ${name} accepted ${totals.updates.toLocaleString('en')} updates in all.`);
  }
  const errors = systems.flatMap(({ totals }) => totals.errors);
  return { report: render(runs, reads, [...notes, ...verdictOn(errors)]), notes: NOTES, isWrong: errors.length > 0 };
}

runBenchmark({ script: 'bench', title: 'The benchmark', file: 'bench.md', description: DESCRIPTION, options, measure: bench });
