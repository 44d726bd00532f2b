import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@scoreboard/harness';
import type { AnnotationQuery, Dashboard, Panel } from '@grafana/schema';
import { connect } from 'amqplib';
import WebSocket from 'ws';
import { parse } from 'yaml';
import { fencesIn } from '../../tools/deploy/src/checks/fences';
import { selectorsOf } from '../../tools/deploy/src/checks/metrics';
import { describeWith, eventually } from '../support';
import { type MonitoredSystem, startMonitoredSystem } from './monitored-system';
import { get, newUser, post, token, watch } from './system';

const OBSERVABILITY = join(projectRoot(), 'deploy/observability');
const filesIn = (folder: string) => readdirSync(join(OBSERVABILITY, folder)).map((file) => readFileSync(join(OBSERVABILITY, folder, file), 'utf8'));

interface Query {
  readonly where: string;
  readonly expr: string;
  /** The labels in the legend of its series. */
  readonly labels: readonly string[];
}

/** Substitutes the variables like Grafana: all roles and instances, scraped every 15 s. */
const filled = (expr: string): string => expr.replaceAll('$__rate_interval', '1m').replace(/\$(role|instance)\b/g, '.*');
/** Extracts the labels of a legend with `{{label}}`. */
const labelsIn = (format = ''): string[] => [...format.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);

function queriesOf({ targets = [] }: Panel, where: string): Query[] {
  const asked = targets as { expr: string; legendFormat?: string }[];
  return asked.map(({ expr, legendFormat }) => ({ where, expr: filled(expr), labels: labelsIn(legendFormat) }));
}

const dashboards = filesIn('grafana/dashboards').map((text) => JSON.parse(text) as Dashboard);
const inPanels = dashboards.flatMap(({ title, panels = [] }) => (panels as Panel[]).flatMap((panel) => queriesOf(panel, `${title}, ${panel.title}`)));
const inAnnotations = dashboards.flatMap(({ annotations }) =>
  (annotations!.list as (AnnotationQuery & { expr: string })[]).map(({ name, expr }): Query => ({ where: name, expr: filled(expr), labels: [] })),
);
const inRules = filesIn('prometheus/rules').flatMap((text) => {
  const { groups } = parse(text) as { groups: { rules: { record?: string; alert?: string; expr: string }[] }[] };
  return groups.flatMap(({ rules }) => rules.map(({ record, alert, expr }): Query => ({ where: (record ?? alert)!, expr, labels: [] })));
});
const inRunbooks = fencesIn(projectRoot())
  .filter(({ language }) => language === 'promql')
  .flatMap(({ heading, commands }) => commands.map((expr): Query => ({ where: `the runbook ${heading}`, expr, labels: [] })));
const queries = [...inPanels, ...inAnnotations, ...inRules, ...inRunbooks];

/** Metrics that exist only when something is wrong, or only in other setups. */
const NOT_HERE = new Map([
  ['scoreboard_faults_total', 'nothing fails here'],
  ['scoreboard_certificate_expires_timestamp_seconds', 'the load balancer serves TLS here, not the roles'],
]);
const isElsewhere = (selector: string) => NOT_HERE.has(selector.split('{')[0]!);
/** The same for single series of a metric. */
const NONE_OF_THESE = new Map([['http_request_duration_seconds_count{route="/api/scores/update",status=~"5.."}', 'no update fails here']]);

const JOBS = ['nginx', 'postgres', 'rabbitmq', 'rabbitmq-node', 'redis', 'scoreboard', 'scoreboard', 'scoreboard'];
const USERS = [newUser('ann'), newUser('ben@example.com|1'), newUser('guest:cleo')] as const;
/** Labels that describe the system, not its users. */
const OURS = ['role', 'route', 'method', 'status', 'code', 'dependency', 'reason', 'what', 'event', 'board', 'consumer'];
const LABELS = [...OURS, 'le', 'type', 'kind', 'space', 'version', 'major', 'minor', 'patch'];

const NEEDED = ['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL', 'TEST_OPENSSL', 'TEST_NGINX', 'TEST_PROMETHEUS'] as const;

describeWith(NEEDED, 'monitoring of the running roles with the shipped Prometheus', () => {
  let system: MonitoredSystem;
  const sockets: { close(): unknown }[] = [];

  beforeAll(async () => {
    system = await startMonitoredSystem();
    const watcher = watch(system.gateways[0]!, { token: token(USERS[0]) });
    const plain = new WebSocket(`${system.gateways[0]!.replace('http', 'ws')}/ws/scores?token=${token(USERS[1])}`);
    sockets.push(watcher.socket, plain);
    await Promise.all([once(plain, 'open'), eventually(() => expect(watcher.boards()).not.toHaveLength(0))]);
  });

  afterAll(async () => {
    sockets.forEach((socket) => socket.close());
    await system?.stop();
  });

  it('scrapes every target', async () => {
    const isEachUp = async () => {
      const { activeTargets } = await api<{ activeTargets: { scrapePool: string; health: string; lastError: string }[] }>('targets?state=active');
      expect(activeTargets.filter(({ health }) => health !== 'up')).toEqual([]);
      expect(activeTargets.map(({ scrapePool }) => scrapePool).sort()).toEqual(JOBS);
    };
    await eventually(isEachUp, { everyMs: 200 });
    const roles = await query('sum by (role) (up{job="scoreboard"})');
    expect(roles.map(({ metric }) => metric.role).sort()).toEqual(['api', 'gateway', 'worker']);
  });

  it('runs every expression', async () => {
    const run = ({ where, expr }: Query) => query(expr).then(() => [], (error: Error) => [`${where}: ${error.message}`]);
    expect((await Promise.all(queries.map(run))).flat()).toEqual([]);
  });

  it('finds a series for every selector, and a result for every expression, in dashboards, rules and alerts', async () => {
    const all = [...new Set(queries.flatMap(({ expr }) => selectorsOf(expr)))];
    const selectors = all.filter((selector) => !isElsewhere(selector) && !NONE_OF_THESE.has(selector));
    await eventually(
      async () => {
        await traffic();
        const [missing, silent] = await Promise.all([missingOf(selectors), silentOf(inPanels)]);
        expect({ missing, silent }).toEqual({ missing: [], silent: [] });
      },
      { everyMs: 500 },
    );
  });

  it('sends an alert to Alertmanager with its severity', async () => {
    // The traffic contains commands that can never be applied.
    const received = async () => (await (await fetch(`${system.alertmanager}/api/v2/alerts`)).json()) as { labels: object; receivers: object[] }[];
    const labels = { alertname: 'ScoreboardDeadLetters', severity: 'ticket', reason: 'malformed' };
    const alert = expect.objectContaining({ labels, receivers: [{ name: 'nobody' }] });
    await eventually(async () => expect(await received()).toContainEqual(alert));
  });

  it('finds values for every dashboard variable', async () => {
    for (const { query: wanted } of dashboards.flatMap(({ templating }) => templating!.list!).filter(({ type }) => type === 'query')) {
      const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec((wanted as { query: string }).query)!;
      expect(await api(`label/${label}/values?match[]=${encodeURIComponent(filled(series!))}`)).toHaveLength(3);
    }
  });

  it('loads and evaluates each rule', async () => {
    const { groups } = await api<{ groups: { rules: { name: string; health: string; lastError?: string }[] }[] }>('rules');
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.map(({ name }) => name).sort()).toEqual(inRules.map(({ where }) => where).sort());
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('has no label that identifies a user', async () => {
    for (const { url } of system.roles) {
      const labels = [...(await (await fetch(`${url}/metrics`)).text()).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      expect([...new Set(labels.map(([, name]) => name!))].filter((name) => !LABELS.includes(name))).toEqual([]);
      expect(labels.filter(([, , value]) => USERS.some((user) => value!.includes(user)))).toEqual([]);
    }
  });

  /** Generates traffic for every metric, by users whose names must not appear. */
  async function traffic(): Promise<void> {
    const [ann, ben] = USERS;
    const answers = [
      ...USERS.map((userId) => post(system, { userId, scoreIncrement: 10 })),
      post(system, { userId: ann, scoreIncrement: 1 }, { prefer: 'wait=5' }),
      post(system, { userId: ann, scoreIncrement: 1 }, { authorization: `Bearer ${token(ben)}` }),
      post(system, '{"userId":', { authorization: `Bearer ${token(ben)}` }),
      get(system, `/api/scores/users/${encodeURIComponent(ben)}`),
      get(system, `/api/scores/users/${ann}/history`, { authorization: `Bearer ${token(ann)}` }),
      get(system, `/nothing/${ann}`),
    ];
    await Promise.all(answers);
    const broker = await connect(system.rabbitmq);
    const channel = await broker.createConfirmChannel();
    channel.sendToQueue('scores.commands', Buffer.from('not ours'));
    await channel.waitForConfirms();
    await broker.close();
  }

  async function missingOf(selectors: readonly string[]): Promise<string[]> {
    const all = await Promise.all(selectors.map(async (selector) => ({ selector, found: await query(filled(selector)).catch(() => []) })));
    return all.filter(({ found }) => !found.length).map(({ selector }) => selector);
  }

  /** Panels without a series, or with a series that lacks a label of its legend. */
  async function silentOf(asked: readonly Query[]): Promise<string[]> {
    const heard = asked.filter(({ expr }) => !selectorsOf(expr).some(isElsewhere));
    const all = await Promise.all(heard.map(async (one) => ({ ...one, found: await query(one.expr).catch(() => []) })));
    const isSilent = ({ found, labels }: (typeof all)[number]) => !found.length || found.some(({ metric }) => labels.some((label) => !metric[label]));
    return all.filter(isSilent).map(({ where, expr }) => `${where}: ${expr}`);
  }

  async function query(expr: string): Promise<{ metric: Record<string, string> }[]> {
    const { result } = await api<{ result: { metric: Record<string, string> }[] }>(`query?query=${encodeURIComponent(expr)}`);
    return result;
  }

  async function api<T>(path: string): Promise<T> {
    const answer = (await (await fetch(`${system.prometheus}/api/v1/${path}`)).json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  }
});
