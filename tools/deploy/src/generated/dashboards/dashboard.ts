import { type AnnotationQuery, type Dashboard, DashboardCursorSync, type DashboardLink, type Panel, type RowPanel, type VariableModel } from '@grafana/schema';
import { DATASOURCE, type Draft, link } from './panel';

/** The data source that deploy/observability/grafana/provisioning makes; where there is none of this id Grafana takes its default. */
const DATASOURCE_UID = 'scoreboard-prometheus';

/** The processes that `role` and `instance` choose. */
export const CHOSEN = 'job="scoreboard",role=~"$role",instance=~"$instance"';

const COLUMNS = 24;

export interface Outline {
  /** The end of its uid, too. */
  readonly title: string;
  readonly description: string;
  /** Names of variables by which it can be narrowed, beside `datasource`. */
  readonly variables?: readonly (keyof typeof VARIABLES)[];
  /** Panels by the title of their section, in order. */
  readonly sections: Readonly<Record<string, readonly Draft[]>>;
}

/** Whose values of the label can be chosen. */
const VARIABLES = {
  role: 'process_start_time_seconds{job="scoreboard"}',
  instance: 'process_start_time_seconds{job="scoreboard",role=~"$role"}',
} as const;

/** In the classic form, which Grafana takes from files. `runbook` says where the runbook of an alert is. */
export function dashboard({ title, description, variables = [], sections }: Outline, runbook: (alert: string) => string): Dashboard {
  return {
    uid: `scoreboard-${title}`,
    title: `Scoreboard: ${title}`,
    description,
    tags: ['scoreboard'],
    schemaVersion: 41,
    editable: false,
    graphTooltip: DashboardCursorSync.Crosshair,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [OTHERS],
    templating: { list: [datasource, ...variables.map(variable)] },
    annotations: { list: [FIRING, STARTED] },
    panels: lay(sections, runbook),
  };
}

const OTHERS: DashboardLink = {
  ...link('Scoreboard', ''),
  ...{ type: 'dashboards', tags: ['scoreboard'], icon: 'external link', includeVars: true, keepTime: true, targetBlank: false },
};

const datasource: VariableModel = {
  name: 'datasource',
  label: 'Prometheus',
  type: 'datasource',
  query: 'prometheus',
  current: { text: 'Prometheus', value: DATASOURCE_UID },
};

const variable = (name: keyof typeof VARIABLES): VariableModel => ({
  ...{ name, label: name, type: 'query', datasource: DATASOURCE, query: { query: `label_values(${VARIABLES[name]}, ${name})`, refId: name } },
  refresh: 2, // whenever the time range changes: instances come and go
  ...{ sort: 1, multi: true, includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all' } },
});

/** With what Prometheus' annotations have beside those of all data sources. */
type PrometheusAnnotation = AnnotationQuery & Readonly<Record<'expr' | 'step' | 'titleFormat' | 'textFormat', string>>;

const annotation = (name: string, iconColor: string, expr: string, titleFormat: string, textFormat: string): PrometheusAnnotation => ({ name, iconColor, expr, titleFormat, textFormat, step: '60s', enable: true, datasource: DATASOURCE });

const FIRING = annotation('Alerts', 'red', 'ALERTS{alertname=~"Scoreboard.+",alertstate="firing"}', '{{alertname}}', '{{severity}}');
/** A process shows in the minute after its start, whatever it is called then. */
const STARTED = annotation('Starts', 'blue', 'time() - process_start_time_seconds{job="scoreboard"} < 60', '{{role}} started', '{{instance}}');

/** From left to right, and in a new line where the next would not fit. */
function lay(sections: Outline['sections'], runbook: (alert: string) => string): (Panel | RowPanel)[] {
  const laid: (Panel | RowPanel)[] = [];
  let [x, y, tallest] = [0, 0, 0];
  const nextLine = () => ([x, y, tallest] = [0, y + tallest, 0]);
  for (const [title, panels] of Object.entries(sections)) {
    nextLine();
    laid.push({ type: 'row', title, id: laid.length + 1, collapsed: false, panels: [], gridPos: { x, y, w: COLUMNS, h: 1 } });
    y++;
    for (const { panel, width, height, runbooks } of panels) {
      if (x + width > COLUMNS) nextLine();
      const links = runbooks.length ? { links: runbooks.map((alert) => link(`Runbook: ${alert}`, runbook(alert))) } : {};
      laid.push({ id: laid.length + 1, ...panel, ...links, gridPos: { x, y, w: width, h: height } });
      x += width;
      tallest = Math.max(tallest, height);
    }
  }
  return laid;
}
