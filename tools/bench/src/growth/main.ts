import { table } from '@scoreboard/harness';
import { type Command, InvalidArgumentError } from 'commander';
import { say, someOf, whole, wholes } from '../../../driver/src/command-line';
import { type Finding, runBenchmark, verdictOn } from '../benchmark';
import { check } from '../measure';
import { groupBy, median, show, sum } from '../statistics';
import { type Grown, startGrown, titleOf } from './grown';
import { predict } from './model';
import { catchUp, type Figures, lossOfRedis, raw, READ_FIGURES, reads, rest, standalone, updates } from './steps';

const DESCRIPTION = `Measures the distributed system with more and more users, side by side and in turns, each with a token of its own: CPU of an update
by part and what the cost model of docs/growth.md says of it, boards, ranks, neighbors, histories, the loss of Redis, the worker's
catch-up, the ledger's function alone and under a held snapshot, bytes; and the standalone. Fills the ledgers by SQL, and
starts and stops what it needs, on free ports: a million users take about 2 GB of disk and memory, and two minutes to fill.
Ends with 1 where a sum shows a lost or doubled point, or where names make a read too dear. Linux only.`;

const UNITS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6 };

function readUsers(given: string): number[] {
  return given.split(',').map((each) => {
    const [, digits, unit = ''] = /^(\d+)([km]?)$/.exec(each) ?? [];
    if (!Number(digits)) throw new InvalidArgumentError('It must be numbers of users, such as 1k,1m,10m.');
    return Number(digits) * (UNITS[unit] ?? 1);
  });
}

/** What is measured in each round beside the updates. */
const STEPS = { rest, reads, raw, catchUp, loss: lossOfRedis };

const KNOWN = [...Object.keys(STEPS), 'standalone'];
const STANDALONE_USERS = 1_000_000;
/** How much dearer a read with names may be, at most. */
const MOST = 1.2;

type Numbers = Record<'seconds' | 'rounds', number> & Record<'users' | 'connections' | 'clients', readonly number[]>;
type Options = Readonly<Numbers & { steps: readonly string[]; named?: true }>;

const options = (command: Command): Command =>
  command
    .option('--users <A,B>', 'users in each system, with k for thousand and m for million', readUsers, readUsers('1k,1m'))
    .option('--named', 'beside each system one with as many users who all have a name; their reads also find players by name')
    .option('--connections <A,B>', 'HTTP connections of the updates, one request at a time on each', wholes(1), [256])
    .option('--clients <A,B>', 'Socket.IO clients that watch the updates', wholes(0), [0])
    .option('--seconds <N>', 'seconds of each load', whole(1), 8)
    .option('--rounds <N>', 'rounds; the result is their median', whole(1), 3)
    .option('--steps <A,B>', `only these; the standalone up to ${STANDALONE_USERS.toLocaleString('en')} users`, someOf(KNOWN), KNOWN);

type Run = Awaited<ReturnType<typeof updates>> & Readonly<Record<'users' | 'connections' | 'clients', number> & { title: string }>;

const WARM_UP_SECONDS = 4;

async function measureAll(systems: readonly Grown[], { connections, clients, seconds, rounds, steps }: Options) {
  const runs: Run[] = [];
  const figures: Noted[] = [];
  const note = (round: number, { title }: Grown, all: Figures) => {
    figures.push({ title, all });
    for (const [what, value] of Object.entries(all)) say(`round ${round} of ${rounds}, ${title} users, ${what}: ${show(value)}`);
  };
  for (const system of systems) await updates(system, 256, 0, WARM_UP_SECONDS);
  for (let round = 1; round <= rounds; round++) {
    for (const each of connections.flatMap((count) => clients.map((watching) => [count, watching] as const))) {
      for (const system of systems) {
        const run = { title: system.title, users: system.users, connections: each[0], clients: each[1], ...(await updates(system, ...each, seconds)) };
        runs.push(run);
        note(round, system, { [`CPU of an update, ${each.join(' connections, ')} clients, µs`]: sum(Object.values(run.parts)) });
      }
    }
    for (const [name, step] of Object.entries(STEPS)) {
      if (!steps.includes(name)) continue;
      // Turns alternate, so that a busy machine slows all.
      for (const system of round % 2 ? systems : systems.toReversed()) note(round, system, await step(system, seconds));
    }
    for (const system of systems) await check(system);
  }
  return { runs, figures };
}

const PARTS = ['api', 'worker', 'postgres', 'redis', 'rabbitmq', 'gateway'] as const;

/**
 * Medians of the rounds, and below each what the model says and by how much it is wrong. A CPU takes longer for the same work on another machine, or
 * when others use it too: so the model is multiplied by one factor, that of the first row.
 */
function renderUpdates(runs: readonly Run[]): string {
  let factor = NaN;
  const rows = groupBy(runs, ({ title, connections, clients }) => `${title}|${connections}|${clients}`).flatMap((group) => {
    const { title, users, connections, clients } = group[0]!;
    const of = (value: (run: Run) => number) => median(group.map(value));
    const rate = of((run) => run.acceptedPerSecond);
    const load = { users, rate, batch: of((run) => run.batch), message: of((run) => run.message), pushes: of((run) => run.pushes) };
    const measured = PARTS.map((part) => of((run) => run.parts[part]!));
    const modeled = PARTS.map((part) => predict(part, load));
    if (Number.isNaN(factor)) factor = sum(measured) / sum(modeled);
    const off = (model: number, real: number) => percent((model * factor) / real - 1);
    return [
      [title, `${connections}`, `${clients}`, ...[load.batch, load.message, rate, of((run) => run.walBytes), of((run) => run.redisMs), sum(measured), ...measured].map(show)],
      ['model', `× ${show(factor)}`, '', '', '', '', '', '', off(sum(modeled), sum(measured)), ...modeled.map((value, i) => `${show(value * factor)} (${off(value, measured[i]!)})`)],
    ];
  });
  return table(['users', 'connections', 'clients', 'commands a batch', 'a message', 'updates/s', 'WAL bytes', 'Redis busy, at most ms', 'CPU', ...PARTS], rows);
}

const percent = (share: number) => `${share > 0 ? '+' : ''}${Math.round(share * 100)} %`;

type Noted = Readonly<{ title: string; all: Figures }>;

/** The median of the rounds; NaN if this system does not have the figure. */
const medianOf = (figures: readonly Noted[], what: string, of: string): number => median(figures.flatMap(({ title, all }) => (title === of && what in all ? [all[what]!] : [])));

function renderFigures(names: readonly string[], figures: readonly Noted[]): string {
  const rows = [...new Set(figures.flatMap(({ all }) => Object.keys(all)))].map((what) => {
    const values = names.map((name) => medianOf(figures, what, name));
    return [what, ...values.map(show), ...values.slice(1).map((value) => (value && values[0] ? `${show(value / values[0])}×` : '–'))];
  });
  return table(['', ...names, ...names.slice(1).map((name) => `${name} to ${names[0]}`)], rows);
}

async function bench(given: Options): Promise<Finding> {
  const systems: Grown[] = [];
  for (const users of given.users) for (const isNamed of given.named ? [false, true] : [false]) systems.push(await startGrown(users, isNamed));
  const { runs, figures } = await measureAll(systems, given);
  for (const system of systems) await system.stop();
  for (const users of given.steps.includes('standalone') ? given.users.filter((count) => count <= STANDALONE_USERS) : []) {
    say(`Filling a standalone with ${users.toLocaleString('en')} users …`);
    figures.push({ title: titleOf(users), all: await standalone(users) });
  }
  const errors = systems.flatMap(({ totals }) => totals.errors);
  const dear = given.users.flatMap((users) => READ_FIGURES.filter((what) => medianOf(figures, what, titleOf(users, true)) > MOST * medianOf(figures, what, titleOf(users))));
  const heading = 'Medians of the rounds. CPU in µs for an update, of all processes but the load.';
  return {
    report: [heading, '', renderUpdates(runs), '', renderFigures(systems.map(({ title }) => title), figures), '', ...verdictOn(errors), ...dear.map((what) => `- TOO DEAR, over ${MOST}× with names: ${what}.`)],
    ...(given.named ? { file: 'names.md', title: 'Growth with names' } : { file: 'growth.md' }),
    isWrong: errors.length + dear.length > 0,
  };
}

runBenchmark({ script: 'bench:growth', title: 'Growth', file: 'growth.md or names.md', description: DESCRIPTION, options, measure: bench });
