import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const RULES = 'deploy/observability/prometheus/rules';

/** The rules as the Prometheus operator takes them: one object with the groups of all files. */
export function prometheusRule(root: string): string {
  const files = readdirSync(join(root, RULES)).sort();
  const groups = files.flatMap((file) => (parse(readFileSync(join(root, RULES, file), 'utf8')) as { groups: object[] }).groups);
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'scoreboard', labels: { 'app.kubernetes.io/name': 'scoreboard' } },
    spec: { groups },
  };
  return `# Made from ${RULES} by npm run generate.\n${stringify(rule, { lineWidth: 0 })}`;
}
