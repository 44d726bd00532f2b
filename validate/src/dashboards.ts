import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, found, skipped } from './check';

const FOLDER = 'deploy/observability/grafana/dashboards';

/** Dashboards as files are provisioned: each has an id of its own, and nothing that only an import by hand resolves. */
export const dashboards: Check = {
  name: 'Grafana dashboards',
  run(root) {
    const folder = join(root, FOLDER);
    if (!existsSync(folder)) return skipped(`there is no ${FOLDER}`);
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    const uids = new Map<string, string>();
    return found(files.flatMap((file) => mistakesOf(readFileSync(join(folder, file), 'utf8'), uids, file).map((mistake) => `${file}: ${mistake}`)));
  },
};

function mistakesOf(text: string, uids: Map<string, string>, file: string): string[] {
  const { uid, panels, __inputs } = JSON.parse(text) as { uid?: string; panels?: unknown[]; __inputs?: unknown };
  const other = uids.get(uid ?? '');
  uids.set(uid ?? '', file);
  return [
    ...(uid ? [] : ['has no uid']),
    ...(uid && other ? [`has the uid of ${other}`] : []),
    ...(Array.isArray(panels) && panels.length ? [] : ['has no panels']),
    ...(__inputs || text.includes('${DS_') ? ['names inputs (__inputs, ${DS_…}), which a provisioned dashboard is not given'] : []),
  ];
}
