import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AnnotationQuery, Dashboard, Panel } from '@grafana/schema';
import { read, readYaml, unless } from './check';
import { readCompose } from './compose';
import { knownMetrics, metricsOf, ourMetrics } from './metrics';

const GRAFANA = 'deploy/observability/grafana';
const DATASOURCE = '${datasource}';
/** Grafana's names, as far as we use them; it shows a number bare where it does not know one. */
const UNITS = ['none', 's', 'percentunit', 'reqps', 'cps', 'ops', 'bytes', 'suffix:x'];

type File = Dashboard & { readonly name: string; readonly text: string };

/** Dashboards as files are provisioned: whole without an import by hand, each panel explained and with a unit, and of metrics that exist. */
export function dashboards(root: string): string[] {
  const files = readdirSync(join(root, GRAFANA, 'dashboards')).map((name): File => {
    const text = read(root, `${GRAFANA}/dashboards/${name}`);
    return { ...(JSON.parse(text) as Dashboard), name, text };
  });
  const isKnown = knownMetrics(root);
  const mistakesOf = (file: File) => [...formMistakes(file, files), ...linkMistakes(file, files), ...questionMistakes(file, isKnown)];
  return [
    ...files.flatMap((file) => mistakesOf(file).map((mistake) => `${file.name}: ${mistake}`)),
    ...gaps(root, files),
    ...provisioningMistakes(root, files),
  ];
}

const panelsOf = ({ panels = [] }: Dashboard): Panel[] => (panels as Panel[]).filter(({ type }) => type !== 'row');
const asks = ({ targets = [] }: Panel) => targets as unknown as readonly { readonly expr: string }[];

function formMistakes(file: File, all: readonly File[]): string[] {
  const { uid, schemaVersion, panels, text } = file;
  const ids = (panels ?? []).map(({ id }) => id);
  return [
    ...unless(uid, 'has no uid'),
    ...unless(all.filter((other) => other.uid === uid).length === 1, `another has its uid ${uid}`),
    ...unless(schemaVersion && panels?.length, 'has no panels, or not in the classic form: files of another are not taken'),
    ...unless(!/__inputs|\$\{DS_/.test(text), 'names inputs (__inputs, ${DS_…}), which a provisioned dashboard is not given'),
    ...unless(new Set(ids).size === ids.length, 'has two panels of one id'),
    ...panelsOf(file).flatMap((panel) => panelMistakes(panel).map((mistake) => `${panel.title}: ${mistake}`)),
  ];
}

function panelMistakes(panel: Panel): string[] {
  const { title, description, datasource, fieldConfig: { defaults: { unit = '' } } = { defaults: {} } } = panel;
  return [
    ...unless(title && description, 'a panel has a title and a description'),
    ...unless(!asks(panel).length || datasource?.uid === DATASOURCE, `its data source is not ${DATASOURCE}`),
    ...unless(!asks(panel).length || UNITS.includes(unit), `its unit '${unit}' is none of ${UNITS.join(', ')}`),
  ];
}

/** A link to a runbook, above a panel or in the text of another runbook, leads to the one whose name it bears. */
function linkMistakes(file: File, all: readonly File[]): string[] {
  const targets = new Map(all.flatMap((other) => panelsOf(other).map((panel) => [`/d/${other.uid}?viewPanel=${panel.id}`, panel.title])));
  return linksOf(file).flatMap(({ title, url }) => unless(targets.get(url) === title, `the link to ${title} leads elsewhere: ${url}`));
}

function linksOf(file: File): { readonly title: string; readonly url: string }[] {
  const above = panelsOf(file).flatMap(({ links = [] }) => links.map(({ title, url = '' }) => ({ title: title.replace('Runbook: ', ''), url })));
  const texts = panelsOf(file).map(({ options }) => (options as { content?: string } | undefined)?.content ?? '');
  const within = texts.flatMap((text) => [...text.matchAll(/\[([^\]]+)\]\((\/[^)]+)\)/g)].map(([, title, url]) => ({ title: title!, url: url! })));
  return [...above, ...within];
}

/** Each metric of ours is somewhere to be seen, and so is what to do about each alert. */
function gaps(root: string, files: readonly File[]): string[] {
  const shown = new Set(files.flatMap((file) => panelsOf(file).flatMap((panel) => asks(panel).flatMap(({ expr }) => metricsOf(expr)))));
  const isShown = (name: string) => ['', '_bucket', '_count', '_sum'].some((part) => shown.has(name + part));
  const linked = new Set(files.flatMap((file) => panelsOf(file).flatMap(({ links = [] }) => links.map(({ title }) => title))));
  const runbooks = files.find(({ uid }) => uid === 'scoreboard-runbooks')!;
  return [
    ...ourMetrics(root).filter((name) => !isShown(name)).map((name) => `no dashboard shows ${name}`),
    ...panelsOf(runbooks).filter(({ title }) => !linked.has(`Runbook: ${title}`)).map(({ title }) => `no panel leads to the runbook of ${title}`),
  ];
}

function questionMistakes(file: File, isKnown: (metric: string) => boolean): string[] {
  const { templating, annotations, text } = file;
  const expressions = [
    ...panelsOf(file).flatMap((panel) => asks(panel).map(({ expr }) => expr)),
    ...((annotations?.list ?? []) as (AnnotationQuery & { expr: string })[]).map(({ expr }) => expr),
  ];
  const variables = templating?.list?.map(({ name }) => name) ?? [];
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
  const variables = files.flatMap(({ templating }) => templating?.list ?? []);
  const wanted = variables.filter(({ type }) => type === 'datasource').map(({ current }) => current?.value);
  return [
    ...wanted.flatMap((uid) => unless(datasources.some((source) => source.uid === uid), `no data source has the uid ${uid}`)),
    ...datasources.flatMap(({ url }) => unless(compose.services[new URL(url).hostname], `the data source asks ${url}, which is no service`)),
    ...providers.flatMap(({ options: { path } }) =>
      unless(mounts.includes(`./${GRAFANA}/dashboards:${path}:ro`), `dashboards are looked for in ${path}, where none are mounted`),
    ),
  ];
}
