import type { Dashboard } from '@grafana/schema';
import { dashboard } from './dashboard';
import { dependencies } from './dependencies';
import { gateway } from './gateway';
import { overview } from './overview';
import { pipeline } from './pipeline';
import { readRunbooks, runbookPage, runbooks } from './runbooks';

export { DATASOURCE_UID } from './dashboard';

/** By the names of their files. */
export function dashboardsOf(root: string): Readonly<Record<string, Dashboard>> {
  const all = readRunbooks(root);
  const outlines = { overview, pipeline, gateway, dependencies, runbooks: runbooks(all) };
  return Object.fromEntries(Object.entries(outlines).map(([name, outline]) => [name, dashboard(outline, runbookPage(all))]));
}
