import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AnnotationQuery, Dashboard, Panel, RowPanel } from '@grafana/schema';
import { read, readYaml, unless } from './check';
import { readCompose } from './compose';
import { knownMetrics, metricsOf, ourMetrics } from './metrics';

const GRAFANA = 'deploy/observability/grafana';
/** Grafana's names, as far as we use them; it shows a number bare where it does not know one. */
const UNITS = ['none', 's', 'percentunit', 'reqps', 'cps', 'ops', 'bytes', 'suffix:x'];

const COLUMNS = 24;
const TAG = 'scoreboard';
/** The data source that the variable chooses, and Grafana's own, which every export names in its built-in annotation. */
const SOURCES = ['${datasource}', '-- Grafana --'];

type File = ReturnType<typeof readFile>;

/** Checks the dashboard files: each loads without an import by hand, its panels do not overlap and have a description and a unit, and its metrics exist. */
export function dashboards(root: string): string[] {
  const names = readdirSync(join(root, GRAFANA, 'dashboards'));
  const broken = names.flatMap((name) => jsonMistakes(name, read(root, `${GRAFANA}/dashboards/${name}`)));
  if (broken.length) return broken;
  const files = names.map((name) => readFile(root, name));
  const isKnown = knownMetrics(root);
  const mistakesOf = (file: File) => [...formMistakes(file, files), ...placeMistakes(file), ...linkMistakes(file, files), ...questionMistakes(file, isKnown)];
  return [
    ...files.flatMap((file) => mistakesOf(file).map((mistake) => `${file.name}: ${mistake}`)),
    ...gaps(root, files),
    ...provisioningMistakes(root, files),
  ];
}

function jsonMistakes(name: string, text: string): string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [`${name}: is not JSON: ${(error as Error).message}`];
  }
}

function readFile(root: string, name: string) {
  const text = read(root, `${GRAFANA}/dashboards/${name}`);
  const sources: (string | undefined)[] = [];
  const collect = (key: string, value: unknown) => {
    if (key === 'datasource') sources.push((value as { uid?: string } | null)?.uid);
    return value;
  };
  const { panels = [], templating, annotations, ...dashboard } = JSON.parse(text, collect) as Dashboard;
  const laid = panels as readonly (Panel | RowPanel)[];
  const marks = (annotations?.list ?? []) as (AnnotationQuery & { expr?: string })[];
  return { ...dashboard, name, text, laid, sources, marks, panels: laid.filter(isPanel), variables: templating?.list ?? [] };
}

const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== 'row';

const asked = ({ targets = [] }: Panel): string[] => (targets as unknown as { expr: string }[]).map(({ expr }) => expr);

function formMistakes({ uid, schemaVersion, panels, sources, text, tags = [], links = [], marks }: File, all: readonly File[]): string[] {
  return [
    ...unless(all.filter((other) => other.uid === uid).length === 1, `another has its uid ${uid}`),
    ...unless(schemaVersion && panels.length, 'has no panels, or not in the classic form: files of another are not taken'),
    ...unless(!/__inputs|\$\{DS_/.test(text), 'names inputs (__inputs, ${DS_…}), which a provisioned dashboard is not given'),
    ...sources.flatMap((source) => unless(SOURCES.includes(source!), `has the data source ${source ?? 'null'}: expected ${SOURCES.join(' or ')}`)),
    ...panels.flatMap(({ title, description }) => unless(title && description, `${title}: a panel has a title and a description`)),
    ...panels.filter((panel) => asked(panel).length).flatMap(({ title, datasource, fieldConfig: { defaults: { unit = '' } = {} } = {} }) => [
      ...unless(datasource, `${title}: names no data source`),
      ...unless(UNITS.includes(unit), `${title}: its unit '${unit}' is not one of ${UNITS.join(', ')}`),
    ]),
    // So that one leads to the others and all show the same events.
    ...unless(tags.includes(TAG), `has no tag ${TAG}, by which the others find it`),
    ...unless(links.some((link) => link.type === 'dashboards' && link.tags.includes(TAG)), 'has no links to the others'),
    ...['Alerts', 'Starts'].flatMap((name) => unless(marks.some((mark) => mark.name === name && mark.expr), `does not mark ${name}`)),
  ];
}

/** Each panel, and each row of them, has an id of its own and a place of its own, and is shown without a click. */
function placeMistakes({ laid }: File): string[] {
  const meets = ({ gridPos: a }: Panel | RowPanel, { gridPos: b }: Panel | RowPanel) =>
    a && b && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  return laid.flatMap((panel, at) => [
    ...unless(panel.gridPos && panel.gridPos.x + panel.gridPos.w <= COLUMNS, `${panel.title}: is not within the ${COLUMNS} columns`),
    ...unless(isPanel(panel) || !panel.collapsed, `${panel.title}: is a collapsed row, whose panels are not checked: expand it before the export`),
    ...laid.slice(0, at).flatMap((other) => [
      ...unless(panel.id !== other.id, `${panel.title}: has the id of ${other.title}, ${panel.id}`),
      ...unless(!meets(panel, other), `${panel.title}: lies over ${other.title}`),
    ]),
  ]);
}

/** A panel's link `Runbook: <alert>` leads to the panel of that alert. Links within texts are generated, so they are not checked here. */
function linkMistakes({ panels }: File, all: readonly File[]): string[] {
  const targets = new Map(all.flatMap((file) => file.panels.map(({ id, title }) => [`/d/${file.uid}?viewPanel=${id}`, title])));
  const links = panels.flatMap((panel) => panel.links ?? []).map(({ title, url = '' }) => ({ title: title.replace('Runbook: ', ''), url }));
  return links.flatMap(({ title, url }) => unless(targets.get(url) === title, `the link to ${title} leads elsewhere: ${url}`));
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

function questionMistakes({ panels, marks, text, ...file }: File, isKnown: (metric: string) => boolean): string[] {
  const expressions = [...panels.flatMap(asked), ...marks.flatMap(({ expr }) => expr ?? [])];
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
  const kustomization = read(root, `${GRAFANA}/kustomization.yaml`);
  const compose = readCompose(root);
  const mounts = compose.services.grafana?.volumes ?? [];
  const wanted = files.flatMap(({ variables }) => variables).filter(({ type }) => type === 'datasource').map(({ current }) => current?.value);
  return [
    ...wanted.flatMap((uid) => unless(datasources.some((source) => source.uid === uid), `no data source has the uid ${uid}`)),
    ...datasources.flatMap(({ url }) => unless(compose.services[new URL(url).hostname], `the data source asks ${url}, which is no service`)),
    ...files.flatMap(({ name }) => unless(kustomization.includes(`dashboards/${name}]`), `kustomization.yaml has no ${name}`)),
    ...providers.flatMap(({ options: { path } }) =>
      unless(mounts.includes(`./${GRAFANA}/dashboards:${path}:ro`), `dashboards are looked for in ${path}, where none are mounted`),
    ),
  ];
}
