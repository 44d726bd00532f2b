import { table } from '@scoreboard/harness';
import type { Measured, Scenario } from './measure';

export interface Run {
  readonly round: number;
  readonly scenario: Scenario;
  readonly system: string;
  readonly measured: Measured;
}

const BASELINE = 'baseline';

type Column = readonly [title: string, value: (measured: Measured) => number];

const COLUMNS: readonly Column[] = [
  ['accepted/s', (m) => m.acceptedPerSecond],
  ['applied/s', (m) => m.appliedPerSecond],
  ['POST p50', (m) => m.p50],
  ['p99', (m) => m.p99],
  ['push p50', (m) => m.pushP50],
  ['p99', (m) => m.pushP99],
  ['KB pushed/update', (m) => m.pushedBytesPerUpdate / 1_000],
  ['CPU', (m) => totalCpu(m)],
];

const RATIOS: readonly Column[] = [
  ['accepted/s', (m) => m.acceptedPerSecond],
  ['POST p99', (m) => m.p99],
  ['push p50', (m) => m.pushP50],
  ['push p99', (m) => m.pushP99],
  ['CPU/update', (m) => totalCpu(m)],
  ['bytes pushed/update', (m) => m.pushedBytesPerUpdate],
];

/**
 * The result in Markdown. Every figure is the median over the rounds; ratios are made within a round, then the median is taken.
 * `reads` are those in a second, by system, one a round; `notes` are lines of a list.
 */
export function render(runs: readonly Run[], reads: Readonly<Record<string, readonly number[]>>, notes: readonly string[]): string {
  const groups = groupBy(runs, (run) => `${label(run.scenario)}|${run.system}`);
  const ours = groupBy(runs.filter(({ system }) => system !== BASELINE), (run) => `${label(run.scenario)}|${run.system}`);
  return [
    'Median of the rounds. Times in ms; CPU in seconds for 100,000 updates.',
    '',
    table(['load', 'system', ...COLUMNS.map(([title]) => title), 'of it'], [...groups.values()].map(row)),
    '',
    `Against \`${BASELINE}\` in the same round (median of the ratios):`,
    '',
    table(['load', 'system', ...RATIOS.map(([title]) => title)], [...ours.values()].map((group) => ratioRow(group, runs))),
    '',
    `Reads of the top ten in a second: ${Object.entries(reads).map(([system, values]) => `${system} ${show(median(values))}`).join(', ')}.`,
    '',
    ...notes,
  ].join('\n');
}

export const label = ({ connections, clients }: Scenario) => `${connections} connections, ${clients} clients`;

function row(group: readonly Run[]): string[] {
  const { scenario, system } = group[0]!;
  const of = (value: (measured: Measured) => number) => show(median(group.map(({ measured }) => value(measured))));
  const processes = Object.keys(group[0]!.measured.cpu).map((name) => `${name} ${of((m) => m.cpu[name]!)}`);
  return [label(scenario), system, ...COLUMNS.map(([, value]) => of(value)), processes.join(', ')];
}

function ratioRow(group: readonly Run[], runs: readonly Run[]): string[] {
  const { scenario, system } = group[0]!;
  const baselines = runs.filter((run) => run.system === BASELINE && run.scenario === scenario);
  const baseline = ({ round }: Run) => baselines.find((run) => run.round === round)!;
  const ratio = (value: (measured: Measured) => number) => median(group.map((run) => value(run.measured) / value(baseline(run).measured)));
  return [label(scenario), system, ...RATIOS.map(([, value]) => `${show(ratio(value))}${Number.isNaN(ratio(value)) ? '' : '×'}`)];
}

const totalCpu = ({ cpu }: Measured): number => Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);

export function groupBy<T>(all: readonly T[], key: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Three digits that count; a dash for what was not measured. */
export function show(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
