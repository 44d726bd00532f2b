import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { read, unless } from './checks/check';
import { RULES, ruleGroups } from './checks/metrics';
import { RUNBOOKS_DASHBOARD, runbooksDashboard } from './runbooks';

/** The generated files, by their path from `root`. */
export function generate(root: string): readonly { readonly path: string; readonly content: string }[] {
  // The rules as the Prometheus operator takes them: one object with the groups of all files.
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'scoreboard', labels: { 'app.kubernetes.io/name': 'scoreboard' } },
    spec: { groups: ruleGroups(root) },
  };
  return [
    { path: 'k8s/components/monitoring/prometheus-rule.yaml', content: `# Made from ${RULES} by npm run generate.\n${stringify(rule, { lineWidth: 0 })}` },
    { path: RUNBOOKS_DASHBOARD, content: `${JSON.stringify(runbooksDashboard(root), undefined, 2)}\n` },
  ];
}

/** Checks that each generated file is what its sources produce. */
export const generatedFiles = (root: string): string[] =>
  generate(root).flatMap(({ path, content }) => unless(existsSync(join(root, path)) && read(root, path) === content, `${path} is not what npm run generate makes`));
