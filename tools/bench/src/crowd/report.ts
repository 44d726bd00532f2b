import { table } from '@scoreboard/harness';
import { type Goal, goalTable, isHeld, resultOf } from '../benchmark';
import { groupBy, median, show } from '../statistics';
import type { PushTimes } from './measure-push';
import type { Memory } from './pushers';
import { TRANSPORTS, type Transport } from './raw-client';
import type { Churn, CutOff, Slow } from './scenarios';

/** Those of one `phase` of the run are compared. */
export type Turn = Readonly<{ name: string; transport: Transport; phase: Transport; times: PushTimes }>;

/** Bytes for one connection. */
export type Held = Memory & { readonly name: string };

const IO_EMIT = 'io.emit';
const WS_FRAME = 'ws, one frame';

/** What a push and a connection of the gateway may cost: its own bound, and ratios to the yardsticks in the same phase. */
const GOALS = { cpu: 14, cpuToIo: 0.75, cpuToWs: 1.15, lastToWs: 1.1, p99: 500, heldKib: { 'socket.io': 16, 'websocket': 8 }, backSeconds: 10, slowRatio: 1.2, heapRatio: 1.1, boards: 1.1 } as const;

const kib = (bytes: number): string => show(bytes / 1_024);
const mib = (bytes: number): string => show(bytes / 2 ** 20);

/** The result in Markdown, medians of the turns; what falls short of a goal is said in a line of its own. */
export function render(turns: readonly Turn[], held: readonly Held[], cutOff: CutOff, slow: Slow): string[] {
  const phases = groupBy(turns, ({ phase }) => phase);
  const goals: Goal[] = [
    ...phases.flatMap(pushGoals),
    ...heldGoals(held),
    ['all who were cut off are back, s', cutOff.last, GOALS.backSeconds],
    ["others' p99 beside 100 that never read, to before", slow.p99With / slow.p99Before, GOALS.slowRatio],
    ['heap after them, to before', slow.memory.after.heap / slow.memory.before.heap, GOALS.heapRatio],
  ];
  const missed = goals.filter((goal) => !isHeld(goal));
  return [
    'Median of the turns. Times in ms; CPU in µs of the server for one push to one client.',
    '',
    table(['clients of', 'server', ...Object.values(COLUMNS)], groupBy(turns, ({ phase, name }) => `${phase}|${name}`).map(turnRow)),
    '',
    'Memory of one connection, KiB, after a collection of garbage:',
    '',
    table(['server', 'heap and buffers', 'resident'], held.map(({ name, heap, resident }) => [name, kib(heap), kib(resident)])),
    '',
    `- ${cutOff.clients.toLocaleString('en')} clients cut off at once, updates going on: half are back on a board newer than the cut after ${show(cutOff.p50)} s, all after ${show(cutOff.last)} s.`,
    `- ${slow.starers} clients that never read beside ${slow.readers.toLocaleString('en')} that do: ${show(slow.skipped)} boards were not queued for them; p99 of the others ` +
      `${show(slow.p99Before)} ms before, ${show(slow.p99With)} ms with them.`,
    `- The gateway's heap and buffers before, with and after them: ${(['before', 'with', 'after'] as const).map((when) => mib(slow.memory[when].heap)).join(', ')} MiB.`,
    '',
    goalTable(goals),
    '',
    missed.length ? `${missed.length} of ${goals.length} goals fall short in this run.` : `All ${goals.length} goals hold in this run.`,
  ];
}

export function renderChurn({ seconds, clients, changes, samples }: Churn): string[] {
  return [
    `${clients} clients, half on Socket.IO, half on plain WebSockets; ${changes.toLocaleString('en')} came and as many went, in ${show(seconds)} s.`,
    'The gateway\'s memory, after a collection of garbage:',
    '',
    table(['after s', 'heap and buffers, MiB', 'resident, MiB'], samples.map(({ heap, resident }, i) => [show((seconds / samples.length) * (i + 1)), mib(heap), mib(resident)])),
  ];
}

/** `one` and `four`: µs of CPU for one push to one client, by round, with all clients on one board and with a fourth on each of four. */
export function renderBoards(clients: number, one: readonly number[], four: readonly number[]): string[] {
  const ratio = median(four.map((cpu, i) => cpu / one[i]!));
  const cells = [...[median(one), median(four), ratio, GOALS.boards].map(show), resultOf(['', ratio, GOALS.boards])];
  return [
    `CPU of the gateway for one push to one client, µs, with ${clients.toLocaleString('en')} clients; medians of ${one.length} rounds. An update is pushed to every client once.`,
    '',
    table(['all on one board', 'a fourth on each of four', 'ratio', 'at most', ''], [cells]),
  ];
}

function pushGoals(turns: readonly Turn[]): Goal[] {
  const { phase } = turns[0]!;
  const of = (what: keyof PushTimes, name = `gateway, ${phase}`) => median(turns.filter((turn) => turn.name === name).map(({ times }) => times[what]));
  return [
    [`${phase}: CPU of a push, µs a client`, of('cpu'), GOALS.cpu],
    [`${phase}: the same, to \`${IO_EMIT}\``, of('cpu') / of('cpu', IO_EMIT), GOALS.cpuToIo],
    [`${phase}: the same, to \`${WS_FRAME}\``, of('cpu') / of('cpu', WS_FRAME), GOALS.cpuToWs],
    [`${phase}: first to last client, to \`${WS_FRAME}\``, of('spread') / of('spread', WS_FRAME), GOALS.lastToWs],
    [`${phase}: p99 from POST to screen, ms`, of('p99'), GOALS.p99],
  ];
}

const heldGoals = (held: readonly Held[]): Goal[] =>
  TRANSPORTS.flatMap((transport) => {
    const ofGateway = held.filter(({ name }) => name === `gateway, ${transport}`);
    return ofGateway.map(({ name, resident }): Goal => [`${name}: resident memory of a connection, KiB`, resident / 1_024, GOALS.heldKib[transport]]);
  });

const COLUMNS = { p50: 'p50', p99: 'p99', last: 'last client', spread: 'first to last', cpu: 'CPU', skipped: 'boards skipped' } as const;

function turnRow(group: readonly Turn[]): string[] {
  const { name, transport } = group[0]!;
  const medians = (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).map((what) => median(group.map(({ times }) => times[what])));
  return [transport, name, ...medians.map(show)];
}
