import { table } from '@scoreboard/harness';
import type { Measured, Scenario } from './measure';

export interface Run {
  readonly round: number;
  readonly scenario: Scenario;
  readonly system: string;
  readonly measured: Measured;
}

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
  return [
    'Median of the rounds. Times in ms; CPU in seconds for 100,000 updates.',
    '',
    table(['load', 'system', ...COLUMNS.map(([title]) => title), 'of it'], [...groups.values()].map(row)),
    '',
    ...Object.keys(COMPARISONS).flatMap((title) => comparisonTable(title, runs)),
    `Reads of the top ten in a second: ${Object.entries(reads).map(([system, values]) => `${system} ${show(median(values))}`).join(', ')}.`,
    '',
    ...notes,
  ].join('\n');
}

const against = (other: string) => ({ system, scenario }: Run) => (system === other || scenario.keys ? undefined : { system: other, scenario });

/** What the runs of one system and scenario are compared with, by title; undefined where there is nothing to compare with. */
const COMPARISONS: Readonly<Record<string, (run: Run) => Pick<Run, 'system' | 'scenario'> | undefined>> = {
  '`baseline`': against('baseline'),
  '`prototype`': against('prototype'),
  '`distributed`': ({ system, scenario }) => (system === 'boards' ? { system: 'distributed', scenario } : undefined),
  'itself without keys': ({ system, scenario }) => (scenario.keys ? { system, scenario: { ...scenario, keys: false } } : undefined),
  'itself without clients': ({ system, scenario }) => (scenario.clients ? { system, scenario: { ...scenario, clients: 0 } } : undefined),
};

/** Ratios of each run to the one that it is compared with in the same round. */
function comparisonTable(title: string, runs: readonly Run[]): string[] {
  const pairs = runs.flatMap((run) => {
    const wanted = COMPARISONS[title]!(run);
    const found = wanted && runs.find(({ round, system, scenario }) => round === run.round && system === wanted.system && label(scenario) === label(wanted.scenario));
    return found ? [{ run, ratio: (value: Column[1]) => value(run.measured) / value(found.measured) }] : [];
  });
  if (!pairs.length) return [];
  const groups = groupBy(pairs, ({ run }) => `${label(run.scenario)}|${run.system}`);
  const rows = [...groups.values()].map((group) => {
    const { scenario, system } = group[0]!.run;
    const ratios = RATIOS.map(([, value]) => median(group.map(({ ratio }) => ratio(value))));
    return [label(scenario), system, ...ratios.map((ratio) => `${show(ratio)}${Number.isNaN(ratio) ? '' : '×'}`)];
  });
  return [`Against ${title} in the same round (median of the ratios):`, '', table(['load', 'system', ...RATIOS.map(([name]) => name)], rows), ''];
}

export const label = ({ connections, clients, keys }: Scenario) => `${connections} connections, ${clients} clients${keys ? ', keys' : ''}`;

function row(group: readonly Run[]): string[] {
  const { scenario, system } = group[0]!;
  const of = (value: (measured: Measured) => number) => show(median(group.map(({ measured }) => value(measured))));
  const processes = Object.keys(group[0]!.measured.cpu).map((name) => `${name} ${of((m) => m.cpu[name]!)}`);
  return [label(scenario), system, ...COLUMNS.map(([, value]) => of(value)), processes.join(', ')];
}

const totalCpu = ({ cpu }: Measured): number => Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);

export function groupBy<T>(all: readonly T[], key: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
}

/** Between two values, in proportion; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below = NaN, above = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at % 1);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Three digits that count; a dash for what was not measured. */
export function show(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
