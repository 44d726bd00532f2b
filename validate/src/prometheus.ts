import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findPromtool } from '@scoreboard/harness';
import { type Check, found, skipped } from './check';
import { runTool } from './run-tool';

const FOLDER = 'deploy/observability/prometheus';

/** What promtool says of the configuration and the rules, and of the rules' unit tests. */
export const prometheus: Check = {
  name: 'Prometheus',
  run(root) {
    const promtool = findPromtool();
    if (!promtool) return skipped('there is no promtool (Debian package prometheus)');
    const files = (name: string) => readdirSync(join(root, FOLDER, name)).map((file) => join(root, FOLDER, name, file));
    const commands = [
      ['check', 'config', join(root, FOLDER, 'prometheus.yml')], // with the rules that it names
      ...files('tests').map((file) => ['test', 'rules', file]),
    ];
    return found(commands.map((args) => runTool(promtool, args, root)).flatMap(({ ok, output }) => (ok ? [] : [output])));
  },
};
