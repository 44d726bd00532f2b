import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from '@scoreboard/harness';
import { parseAllDocuments, stringify } from 'yaml';
import { type Check, found, skipped } from './check';
import { runTool } from './run-tool';

const RULE = 'k8s/components/monitoring/prometheus-rule.yaml';
const FOLDER = 'deploy/observability/prometheus';

/** What promtool says of the configuration and the rules, those for Kubernetes too, and of the rules' unit tests. */
export const prometheus: Check = {
  name: 'Prometheus',
  run(root) {
    const promtool = findBinary('promtool');
    if (!promtool) return skipped('there is no promtool (Debian package prometheus)');
    const folder = mkdtempSync(join(tmpdir(), 'scoreboard-rules-'));
    try {
      const rules = join(folder, 'kubernetes.yml');
      writeFileSync(rules, stringify((parseAllDocuments(readFileSync(join(root, RULE), 'utf8'))[0]!.toJS() as { spec: object }).spec));
      const commands = [['check', 'rules', rules], ...ofFolder(join(root, FOLDER))];
      return found(commands.map((args) => runTool(promtool, args, root)).flatMap(({ ok, output }) => (ok ? [] : [output])));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function ofFolder(folder: string): string[][] {
  const all = (name: string) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []);
  const files = (name: string) => all(name).filter((file) => file.endsWith('.yml')).map((file) => join(folder, name, file));
  const config = join(folder, 'prometheus.yml');
  return [
    ...(existsSync(config) ? [['check', 'config', config]] : []),
    ...files('rules').map((file) => ['check', 'rules', file]),
    ...files('tests').map((file) => ['test', 'rules', file]),
  ];
}
