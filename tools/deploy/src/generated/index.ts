import { stringify } from 'yaml';
import { RULES, ruleGroups } from '../checks/metrics';
import { dashboard } from './dashboards/dashboard';
import { dependencies } from './dashboards/dependencies';
import { gateway } from './dashboards/gateway';
import { overview } from './dashboards/overview';
import { pipeline } from './dashboards/pipeline';
import { readRunbooks, runbookPage, runbooks } from './dashboards/runbooks';

/** What the sources in `root` make: files in the repository, by their path from there. */
export function generate(root: string): readonly { readonly path: string; readonly content: string }[] {
  const all = readRunbooks(root);
  const outlines = { overview, pipeline, gateway, dependencies, runbooks: runbooks(all) };
  const dashboards = Object.entries(outlines).map(([name, outline]) => ({
    path: `deploy/observability/grafana/dashboards/${name}.json`,
    content: `${JSON.stringify(dashboard(outline, runbookPage(all)), undefined, 2)}\n`,
  }));
  return [{ path: 'k8s/components/monitoring/prometheus-rule.yaml', content: prometheusRule(root) }, ...dashboards];
}

/** The rules as the Prometheus operator takes them: one object with the groups of all files. */
function prometheusRule(root: string): string {
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'scoreboard', labels: { 'app.kubernetes.io/name': 'scoreboard' } },
    spec: { groups: ruleGroups(root) },
  };
  return `# Made from ${RULES} by npm run generate.\n${stringify(rule, { lineWidth: 0 })}`;
}
