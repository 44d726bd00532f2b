import { dashboardsOf } from './dashboards';
import { prometheusRule } from './prometheus-rule';

/** A file in the repository that is made from others. */
export interface Generated {
  /** From the project's folder. */
  readonly path: string;
  readonly content: string;
}

export const DASHBOARDS = 'deploy/observability/grafana/dashboards';

/** What the sources in `root` make. */
export function generate(root: string): readonly Generated[] {
  const dashboards = Object.entries(dashboardsOf(root)).map(([name, dashboard]) => ({
    path: `${DASHBOARDS}/${name}.json`,
    content: `${JSON.stringify(dashboard, undefined, 2)}\n`,
  }));
  return [{ path: 'k8s/components/monitoring/prometheus-rule.yaml', content: prometheusRule(root) }, ...dashboards];
}
