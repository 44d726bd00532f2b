import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AnnotationQuery, Dashboard, Panel } from '@grafana/schema';
import { read, readYaml, unless } from './check';
import { readCompose } from './compose';
import { knownMetrics, metricsOf, ourMetrics } from './metrics';

const GRAFANA = 'deploy/observability/grafana';
/** Grafana's names, as far as we use them; it shows a number bare where it does not know one. */
const UNITS = ['none', 's', 'percentunit', 'reqps', 'cps', 'ops', 'bytes', 'suffix:x'];

type File = ReturnType<typeof readFile>;

/** Dashboards as files are provisioned: whole without an import by hand, each panel explained and with a unit, and of metrics that exist. */
export function dashboards(root: string): string[] {
  const files = readdirSync(join(root, GRAFANA, 'dashboards')).map((name) => readFile(root, name));
  const isKnown = knownMetrics(root);
  const mistakesOf = (file: File) => [...formMistakes(file, files), ...linkMistakes(file, files), ...questionMistakes(file, isKnown)];
  return [
    ...files.flatMap((file) => mistakesOf(file).map((mistake) => `${file.name}: ${mistake}`)),
    ...gaps(root, files),
    ...provisioningMistakes(root, files),
  ];
}

function readFile(root: string, name: string) {
  const text = read(root, `${GRAFANA}/dashboards/${name}`);
  const { panels = [], templating, annotations, ...dashboard } = JSON.parse(text) as Dashboard;
  const shown = (panels as Panel[]).filter(({ type }) => type !== 'row');
  const annotated = (annotations?.list ?? []) as (AnnotationQuery & { expr: string })[];
  return { ...dashboard, name, text, panels: shown, variables: templating?.list ?? [], annotated: annotated.map(({ expr }) => expr) };
}

const asked = ({ targets = [] }: Panel): string[] => (targets as unknown as { expr: string }[]).map(({ expr }) => expr);

function formMistakes(file: File, all: readonly File[]): string[] {
  const { uid, schemaVersion, panels, text } = file;
  return [
    ...unless(all.filter((other) => other.uid === uid).length === 1, `another has its uid ${uid}`),
    ...unless(schemaVersion && panels.length, 'has no panels, or not in the classic form: files of another are not taken'),
    ...unless(!/__inputs|\$\{DS_/.test(text), 'names inputs (__inputs, ${DS_…}), which a provisioned dashboard is not given'),
    ...panels.flatMap(({ title, description }) => unless(title && description, `${title}: a panel has a title and a description`)),
    ...panels.filter((panel) => asked(panel).length).flatMap(({ title, fieldConfig }) => {
      const unit = fieldConfig?.defaults.unit ?? '';
      return unless(UNITS.includes(unit), `${title}: its unit '${unit}' is not one of ${UNITS.join(', ')}`);
    }),
  ];
}

/** A link to a runbook, above a panel or in the text of another runbook, leads to the one whose name it bears. */
function linkMistakes({ panels }: File, all: readonly File[]): string[] {
  const targets = new Map(all.flatMap((file) => file.panels.map(({ id, title }) => [`/d/${file.uid}?viewPanel=${id}`, title])));
  const above = panels.flatMap(({ links = [] }) => links.map(({ title, url = '' }) => [title.replace('Runbook: ', ''), url]));
  const texts = panels.map(({ options }) => (options as { content?: string } | undefined)?.content ?? '');
  const within = texts.flatMap((text) => [...text.matchAll(/\[([^\]]+)\]\((\/[^)]+)\)/g)].map(([, title, url]) => [title, url]));
  return [...above, ...within].flatMap(([title, url]) => unless(targets.get(url!) === title, `the link to ${title} leads elsewhere: ${url}`));
}

/** Each metric of ours is somewhere to be seen, and so is what to do about each alert. */
function gaps(root: string, files: readonly File[]): string[] {
  const panels = files.flatMap((file) => file.panels);
  const shown = new Set(panels.flatMap(asked).flatMap(metricsOf));
  const isShown = (name: string) => ['', '_bucket', '_count', '_sum'].some((part) => shown.has(name + part));
  const linked = new Set(panels.flatMap(({ links = [] }) => links.map(({ title }) => title)));
  const runbooks = files.find(({ uid }) => uid === 'scoreboard-runbooks')!;
  return [
    ...ourMetrics(root).filter((name) => !isShown(name)).map((name) => `no dashboard shows ${name}`),
    ...runbooks.panels.filter(({ title }) => !linked.has(`Runbook: ${title}`)).map(({ title }) => `no panel leads to the runbook of ${title}`),
  ];
}

function questionMistakes({ panels, annotated, text, ...file }: File, isKnown: (metric: string) => boolean): string[] {
  const expressions = [...panels.flatMap(asked), ...annotated];
  const variables = file.variables.map(({ name }) => name);
  const used = expressions.flatMap((expr) => [...expr.matchAll(/\$(\w+)/g)].map(([, name]) => name!));
  return [
    ...new Set(expressions.flatMap(metricsOf).filter((metric) => !isKnown(metric)).map((metric) => `there is no metric ${metric}`)),
    ...new Set(used.filter((name) => !['__rate_interval', ...variables].includes(name)).map((name) => `there is no variable ${name}`)),
    ...variables.filter((name) => !used.includes(name) && !text.includes(`\${${name}}`)).map((name) => `the variable ${name} chooses nothing`),
  ];
}

/** What Grafana is told beside them: where they lie, and the data source that they name. */
function provisioningMistakes(root: string, files: readonly File[]): string[] {
  const { datasources } = readYaml<{ datasources: { uid: string; url: string }[] }>(root, `${GRAFANA}/provisioning/datasources/prometheus.yml`);
  const { providers } = readYaml<{ providers: { options: { path: string } }[] }>(root, `${GRAFANA}/provisioning/dashboards/scoreboard.yml`);
  const compose = readCompose(root);
  const mounts = compose.services.grafana?.volumes ?? [];
  const wanted = files.flatMap(({ variables }) => variables).filter(({ type }) => type === 'datasource').map(({ current }) => current?.value);
  return [
    ...wanted.flatMap((uid) => unless(datasources.some((source) => source.uid === uid), `no data source has the uid ${uid}`)),
    ...datasources.flatMap(({ url }) => unless(compose.services[new URL(url).hostname], `the data source asks ${url}, which is no service`)),
    ...providers.flatMap(({ options: { path } }) =>
      unless(mounts.includes(`./${GRAFANA}/dashboards:${path}:ro`), `dashboards are looked for in ${path}, where none are mounted`),
    ),
  ];
}
