import type { Dashboard, Panel, RowPanel } from '@grafana/schema';
import { read } from './checks/check';

export const RUNBOOKS_DASHBOARD = 'deploy/observability/grafana/dashboards/runbooks.json';

type Runbook = Readonly<Record<'alert' | 'text', string>>;

/** The runbooks of docs/runbooks.md in their order. Each begins with a heading of the third level. */
export function runbooksIn(root: string): readonly Runbook[] {
  return [...read(root, 'docs/runbooks.md').matchAll(/^### (Scoreboard\w+)\n+((?:(?!##).*\n)+)/gm)].map(([, alert, body]) => ({ alert: alert!, text: body!.trim() }));
}

/** The dashboard with one panel for each runbook. An alert keeps its panel's id, so links to it stay valid. */
export function runbooksDashboard(root: string): Dashboard {
  const dashboard = JSON.parse(read(root, RUNBOOKS_DASHBOARD)) as Dashboard;
  const [row, ...shown] = dashboard.panels as [RowPanel, ...Panel[]];
  const runbooks = runbooksIn(root);
  const ids = new Map(shown.map(({ title, id }) => [title, id!]));
  for (const { alert } of runbooks) ids.set(alert, ids.get(alert) ?? Math.max(...ids.values()) + 1);

  /** With links to other runbooks and to other sites alone: a dashboard has no documents beside it. */
  const resolve = (_all: string, words: string, target: string) => {
    const linked = runbooks.find(({ alert }) => target === `#${alert.toLowerCase()}`);
    if (linked) return `[${words}](/d/${dashboard.uid}?viewPanel=${ids.get(linked.alert)})`;
    return target.startsWith('https:') ? `[${words}](${target})` : `${words} (docs/${target.startsWith('#') ? 'runbooks.md' : ''}${target})`;
  };
  const panels = runbooks.map(({ alert, text }, at) => ({
    id: ids.get(alert)!,
    title: alert,
    description: 'From docs/runbooks.md.',
    type: 'text',
    options: { mode: 'markdown', content: text.replace(/\[([^\]]+)\]\(([^)]+)\)/g, resolve) },
    gridPos: { x: (at % 2) * 12, y: 1 + Math.floor(at / 2) * 6, w: 12, h: 6 },
  }));
  return { ...dashboard, panels: [row, ...panels] };
}
