import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { read, unless } from '../checks/check';
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

/** What is made from other files is what they make now. */
export const generatedFiles = (root: string): string[] =>
  generate(root).flatMap(({ path, content }) => unless(existsSync(join(root, path)) && read(root, path) === content, `${path} is not what npm run generate makes`));

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
