import { table } from '@scoreboard/harness';
import type { Measured, Scenario } from './measure';
import { groupBy, median, show, sum } from './statistics';

export type Run = Readonly<{ round: number; scenario: Scenario; system: string; measured: Measured }>;

const totalCpu = ({ cpu }: Measured): number => sum(Object.values(cpu));

/** A figure of a run: its title in the table of runs and in those of ratios; where it has none, it is not in that table. */
type Column = Readonly<{ title?: string; ratio?: string; value(measured: Measured): number }>;

const COLUMNS: readonly Column[] = [
  { title: 'accepted/s', ratio: 'accepted/s', value: (m) => m.acceptedPerSecond },
  { title: 'applied/s', value: (m) => m.appliedPerSecond },
  { title: 'POST p50', value: (m) => m.p50 },
  { title: 'p99', ratio: 'POST p99', value: (m) => m.p99 },
  { title: 'push p50', ratio: 'push p50', value: (m) => m.pushP50 },
  { title: 'p99', ratio: 'push p99', value: (m) => m.pushP99 },
  { ratio: 'CPU/update', value: totalCpu },
  { title: 'KB pushed/update', ratio: 'bytes pushed/update', value: (m) => m.pushedBytesPerUpdate / 1_000 },
  { title: 'CPU', value: totalCpu },
];

const FIGURES = COLUMNS.filter(({ title }) => title);
const RATIOS = COLUMNS.filter(({ ratio }) => ratio);

const groupsOf = (runs: readonly Run[]) => groupBy(runs, (run) => `${label(run.scenario)}|${run.system}`);

/**
 * The result in Markdown. Every figure is the median over the rounds; ratios are made within a round, then the median is taken.
 * `reads` are those in a second, by system, one a round; `notes` are lines of a list.
 */
export function render(runs: readonly Run[], reads: Readonly<Record<string, readonly number[]>>, notes: readonly string[]): string[] {
  return [
    'Median of the rounds. Times in ms; CPU in seconds for 100,000 updates.',
    '',
    table(['load', 'system', ...FIGURES.map(({ title }) => title!), 'of it'], groupsOf(runs).map(row)),
    '',
    ...Object.keys(COMPARISONS).flatMap((title) => comparisonTable(title, runs)),
    `Reads of the top ten in a second: ${Object.entries(reads).map(([system, values]) => `${system} ${show(median(values))}`).join(', ')}.`,
    '',
    ...notes,
  ];
}

function row(group: readonly Run[]): string[] {
  const { scenario, system, measured } = group[0]!;
  const of = (value: Column['value']) => show(median(group.map((run) => value(run.measured))));
  const processes = Object.keys(measured.cpu).map((name) => `${name} ${of((m) => m.cpu[name]!)}`);
  return [label(scenario), system, ...FIGURES.map(({ value }) => of(value)), processes.join(', ')];
}

type Compared = Pick<Run, 'system' | 'scenario'>;

const against = (other: string) => ({ system, scenario }: Compared) => (system === other || scenario.keys ? undefined : { system: other, scenario });

/** What the runs of one system and scenario are compared with, by title; undefined where there is nothing to compare with. */
const COMPARISONS: Readonly<Record<string, (run: Compared) => Compared | undefined>> = {
  '`baseline`': against('baseline'),
  '`prototype`': against('prototype'),
  '`distributed`': ({ system, scenario }) => (system === 'boards' ? { system: 'distributed', scenario } : undefined),
  'itself without keys': ({ system, scenario }) => (scenario.keys ? { system, scenario: { ...scenario, keys: false } } : undefined),
  'itself without clients': ({ system, scenario }) => (scenario.clients ? { system, scenario: { ...scenario, clients: 0 } } : undefined),
};

/** Ratios of each run to the one that it is compared with in the same round. */
function comparisonTable(title: string, runs: readonly Run[]): string[] {
  const otherOf = (run: Run) => {
    const wanted = COMPARISONS[title]!(run);
    return wanted && runs.find(({ round, system, scenario }) => round === run.round && system === wanted.system && label(scenario) === label(wanted.scenario));
  };
  const compared = runs.filter((run) => otherOf(run));
  if (!compared.length) return [];
  const rows = groupsOf(compared).map((group) => {
    const ratios = RATIOS.map(({ value }) => median(group.map((run) => value(run.measured) / value(otherOf(run)!.measured))));
    return [label(group[0]!.scenario), group[0]!.system, ...ratios.map((ratio) => `${show(ratio)}${Number.isNaN(ratio) ? '' : '×'}`)];
  });
  return [`Against ${title} in the same round (median of the ratios):`, '', table(['load', 'system', ...RATIOS.map(({ ratio }) => ratio!)], rows), ''];
}

export const label = ({ connections, clients, keys }: Scenario) => `${connections} connections, ${clients} clients${keys ? ', keys' : ''}`;
