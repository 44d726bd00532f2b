import { type DashboardLink, type FieldConfig, FieldColorModeId, type FieldConfigSource, MappingType, type Panel, ThresholdsMode } from '@grafana/schema';

/** The variable that says which Prometheus is asked; each dashboard has it. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

export interface More {
  /** Where a value begins to worry, and where it is bad: both or none. */
  readonly warn?: number;
  readonly alarm?: number;
  /** Less is worse. */
  readonly falling?: true;
  readonly stacked?: true;
  /** Asks once, for what is too dear to be asked along a time range. */
  readonly instant?: true;
  readonly decimals?: number;
  readonly max?: number;
  /** In the columns of the dashboard, which has 24. */
  readonly width?: number;
  /** The alert whose runbook tells what to do, or several. */
  readonly runbook?: string | readonly string[];
}

/** A panel that has no place yet, with the alerts whose runbooks it links to. */
export interface Draft {
  readonly panel: Panel & { readonly title: string };
  readonly width: number;
  readonly height: number;
  readonly runbooks: readonly string[];
}

/** What the series of an expression are called, with `{{label}}` in it, and the expression. */
export type Queries = Readonly<Record<string, string>>;

/** One number, with what it was lately behind it. */
export function stat(title: string, description: string, unit: string, query: string | Queries, more: More = {}): Draft {
  const colorMode = more.alarm !== undefined ? 'background' : 'value';
  const options = { colorMode, graphMode: more.instant ? 'none' : 'area', reduceOptions: { calcs: ['lastNotNull'], values: false } };
  const queries = typeof query === 'string' ? { [title]: query } : query;
  return draft(title, description, queries, { width: 4, ...more }, { type: 'stat', height: 4, defaults: field(unit, more), options });
}

/** Lines over time, one for each process where a query has no name; limits are drawn as lines too. */
export function graph(title: string, description: string, unit: string, query: string | Queries, more: More = {}): Draft {
  const custom = {
    ...{ fillOpacity: more.stacked ? 30 : 5, lineWidth: 1, showPoints: 'never' },
    ...(more.stacked ? { stacking: { mode: 'normal', group: 'all' } } : {}),
    ...(more.alarm !== undefined ? { thresholdsStyle: { mode: 'dashed' } } : {}),
  };
  const defaults = { ...field(unit, more), color: { mode: FieldColorModeId.PaletteClassic }, min: 0, custom };
  const queries = typeof query === 'string' ? { '{{role}} {{instance}}': query } : query;
  return draft(title, description, queries, more, { type: 'timeseries', defaults });
}

/** How the values of a histogram are spread over time. */
export function heatmap(title: string, description: string, unit: string, histogram: string, more: More = {}): Draft {
  const query = { '{{le}}': `sum by (le) (increase(${histogram}[$__rate_interval]))` };
  return draft(title, description, query, more, { type: 'heatmap', format: 'heatmap', defaults: { unit }, options: { ...OPTIONS.heatmap, yAxis: { unit } } });
}

/** Whether each of some things is up, over time: the expressions are 1 or 0. */
export function states(title: string, description: string, queries: Queries, more: More = {}): Draft {
  const words = { 0: { text: 'down', color: 'red', index: 0 }, 1: { text: 'up', color: 'green', index: 1 } };
  const defaults = { ...field('none', {}), mappings: [{ type: MappingType.ValueToText, options: words } as const], custom: { fillOpacity: 70 } };
  return draft(title, description, queries, more, { type: 'state-timeline', defaults });
}

/** A row for each series of one expression, now, with a column for each of these labels; the first leads to `url`. */
export function table(title: string, description: string, query: string, columns: readonly string[], url: string, more: More = {}): Draft {
  const leads = { matcher: { id: 'byName', options: columns[0] }, properties: [{ id: 'links', value: [{ title, url }] }] };
  const defaults = { ...field('none', more), noValue: 'none' };
  const transformations = [{ id: 'filterFieldsByName', options: { include: { names: [...columns] } } }];
  return draft(title, description, { '': query }, { ...more, instant: true }, { type: 'table', format: 'table', defaults, overrides: [leads], transformations });
}

export const text = (title: string, description: string, content: string, more: More = {}): Draft =>
  draft(title, description, {}, more, { type: 'text', height: 6, options: { mode: 'markdown', content } });

/** Grafana's options for a kind of panel, where they are the same for each. */
const OPTIONS = {
  'timeseries': {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  'heatmap': {
    ...{ calculate: false, cellGap: 1 },
    color: { exponent: 0.5, fill: 'dark-blue', mode: 'scheme', reverse: false, scale: 'exponential', scheme: 'Blues', steps: 32 },
    exemplars: { color: 'rgba(255,0,255,0.7)' },
    ...{ filterValues: { le: 1e-9 }, legend: { show: false }, rowsFrame: { layout: 'auto' }, showValue: 'never' },
    tooltip: { mode: 'single', yHistogram: false },
  },
  'state-timeline': {
    ...{ mergeValues: true, rowHeight: 0.9, showValue: 'never' },
    legend: { displayMode: 'list', placement: 'bottom', showLegend: false },
    tooltip: { mode: 'single', sort: 'none' },
  },
  'table': { showHeader: true, frameIndex: 0 },
};

/** The lines of two quantiles of a histogram, named after it. */
export const spread = (histogram: string, name = ''): Queries =>
  Object.fromEntries([0.5, 0.99].map((part) => [`${name ? `${name}, ` : ''}p${part * 100}`, quantile(part, histogram)]));

/** Of a counter, over all its series. */
export const perSecond = (series: string): string => `sum(rate(${series}[$__rate_interval]))`;

export function quantile(part: number, histogram: string): string {
  const [metric, labels = ''] = histogram.split('{');
  return `histogram_quantile(${part}, sum by (le) (rate(${metric}_bucket${labels && `{${labels}`}[$__rate_interval])))`;
}

export const link = (title: string, url: string): DashboardLink => ({
  ...{ title, url, type: 'link', icon: 'doc', tooltip: '', tags: [] },
  ...{ asDropdown: false, includeVars: false, keepTime: false, targetBlank: true },
});

interface Shape extends Pick<Panel, 'options' | 'transformations'> {
  readonly type: string;
  readonly height?: number;
  /** Of the answers of Prometheus. */
  readonly format?: string;
  readonly defaults?: FieldConfig;
  readonly overrides?: FieldConfigSource['overrides'];
}

function draft(title: string, description: string, queries: Queries, { width = 8, instant, runbook = [] }: More, shape: Shape): Draft {
  const { type, height = 8, format, defaults, overrides = [], options = OPTIONS[type as keyof typeof OPTIONS], transformations } = shape;
  const targets = Object.entries(queries).map(([legendFormat, expr], at) => ({
    ...{ refId: String.fromCharCode(65 + at), expr, legendFormat },
    ...(instant ? { instant: true } : { range: true }),
    format,
  }));
  const asked = targets.length ? { datasource: DATASOURCE, targets } : {};
  const panel = { title, description, ...asked, type, fieldConfig: defaults && { defaults, overrides }, options, transformations };
  return { panel, width, height, runbooks: [runbook].flat() };
}

/** What is undefined is left out of the JSON. */
const field = (unit: string, { decimals, max, ...limits }: More): FieldConfig => ({
  ...{ unit, decimals, max },
  color: { mode: FieldColorModeId.Thresholds },
  thresholds: { mode: ThresholdsMode.Absolute, steps: steps(limits) },
});

function steps({ warn, alarm, falling }: More) {
  if (warn === undefined || alarm === undefined) return [{ color: 'blue', value: null }];
  const [low, high] = falling ? ['red', 'green'] : ['green', 'red'];
  const [first, second] = falling ? [alarm, warn] : [warn, alarm];
  const between = first === second ? [] : [{ color: 'orange', value: first }];
  return [{ color: low, value: null }, ...between, { color: high, value: second }];
}
