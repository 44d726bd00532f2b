import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  Authority,
  projectRoot,
  type RoleProcess,
  startPostgres,
  startRabbitmq,
  startRedis,
  startRole,
  temporaryFolder,
} from '@scoreboard/harness';
import { Client } from 'pg';
import { createClient } from 'redis';
import { parse, stringify } from 'yaml';
import type { PrometheusConfig, ScrapeConfig } from '../../tools/deploy/src/checks/prometheus';
import { startAlertmanager, startExporter, startNginx, startPrometheus } from '../support';
import { JWT_SECRET, type System } from './system';

export interface MonitoredSystem extends System {
  readonly roles: readonly RoleProcess[];
  readonly prometheus: string;
  readonly alertmanager: string;
  /** The broker's URL. */
  readonly rabbitmq: string;
}

/** Anything that was started and can be stopped. */
interface Started {
  kill(): Promise<void>;
}
type Keep = <T extends Started>(starting: Promise<T>) => Promise<T>;

/**
 * Starts one instance of each role behind the shipped load balancer, on private servers, all scraped by the shipped Prometheus as in the Compose file.
 * If one of them fails to start, the others are stopped.
 */
export async function startMonitoredSystem(): Promise<MonitoredSystem> {
  const all: Promise<Started>[] = [];
  const keep: Keep = (starting) => {
    all.push(starting);
    return starting;
  };
  const stop = async () => {
    const outcomes = await Promise.allSettled(all);
    await Promise.all(outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value.kill()));
  };
  try {
    return { ...(await startAll(keep)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAll(keep: Keep): Promise<Omit<MonitoredSystem, 'stop'>> {
  const [postgres, redis, rabbitmq] = await Promise.all([
    keep(startPostgres()),
    keep(startRedis()),
    keep(startRabbitmq({ hasMetrics: true })),
  ]);
  const database = await createDatabase(postgres.url);
  await limitMemory(redis.url);
  const settings = { DATABASE_URL: database, REDIS_URL: redis.url, RABBITMQ_URL: rabbitmq.url, JWT_SECRET, TRUST_PROXY: '1', LOG_LEVEL: 'warn' };
  const forWorker = { BOARDS_FILE: join(projectRoot(), 'deploy/boards.json'), WEBHOOKS_FILE: webhooksTo(await keep(startReceiver())), FLAG_RULES_FILE: flagRules() };
  const roles = (['api', 'worker', 'gateway'] as const).map((role) => keep(startRole(role, role === 'worker' ? { ...settings, ...forWorker } : settings)));
  const [api, worker, gateway] = (await Promise.all(roles)) as [RoleProcess, RoleProcess, RoleProcess];
  const upstreams = { apis: [hostOf(api.url)], gateways: [hostOf(gateway.url)] };
  const tls = new Authority().issue({ hosts: ['127.0.0.1'] });
  const nginx = await keep(startNginx(upstreams, tls));
  const [ofPostgres, ofRedis, ofNginx, alertmanager] = await Promise.all([
    keep(startExporter('postgres', `${database}?sslmode=disable`)),
    keep(startExporter('redis', redis.url)),
    keep(startExporter('nginx', nginx.status)),
    keep(startAlertmanager(join(projectRoot(), 'deploy/observability/alertmanager/alertmanager.yml'))),
  ]);
  const places = {
    'api': hostOf(api.url),
    'worker': hostOf(worker.url),
    'gateway': hostOf(gateway.url),
    'rabbitmq:15692': `127.0.0.1:${rabbitmq.metricsPort}`,
    'postgres-exporter:9187': hostOf(ofPostgres.url),
    'redis-exporter:9121': hostOf(ofRedis.url),
    'nginx-exporter:9113': hostOf(ofNginx.url),
    'alertmanager:9093': hostOf(alertmanager.url),
  };
  const prometheus = await keep(startPrometheus(layOutPrometheus(places)));
  const urls = { prometheus: prometheus.url, alertmanager: alertmanager.url, rabbitmq: rabbitmq.url };
  return { apis: [api.url], gateways: [gateway.url], roles: [api, worker, gateway], ...urls };
}

/** A server that refuses the first webhook and takes the others. */
async function startReceiver(): Promise<Started & { readonly url: string }> {
  let requests = 0;
  const server = createServer((request, response) => {
    response.statusCode = requests++ ? 204 : 500;
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const kill = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, kill };
}

function flagRules(): string {
  const file = join(temporaryFolder('rules'), 'flag-rules.json');
  writeFileSync(file, JSON.stringify([{ id: 'burst', kind: 'rate', seconds: 60, maxUpdates: 400 }]));
  return file;
}

function webhooksTo({ url }: { readonly url: string }): string {
  const file = join(temporaryFolder('webhooks'), 'webhooks.json');
  writeFileSync(file, JSON.stringify([{ id: 'receiver', url, secret: `whsec_${Buffer.alloc(24).toString('base64')}`, types: ['score.applied'], allowPrivate: true }]));
  return file;
}

/** Creates a folder with the shipped configuration and rules, but with a scrape every second and local addresses instead of names. */
function layOutPrometheus(places: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder('prometheus');
  cpSync(join(projectRoot(), 'deploy/observability/prometheus'), folder, { recursive: true });
  const file = join(folder, 'prometheus.yml');
  const { scrape_configs, alerting, ...shipped } = parse(readFileSync(file, 'utf8')) as PrometheusConfig;
  const at = (name: string): string => places[name] ?? fail(`deploy/observability/prometheus asks ${name}, which this test does not start`);
  const placed = ({ dns_sd_configs = [], static_configs = [], ...config }: ScrapeConfig) => ({
    ...config,
    static_configs: [
      // With the service name that Docker's DNS would resolve, because it becomes the role label.
      ...dns_sd_configs.flatMap(({ names }) => names.map((name) => ({ targets: [at(name)], labels: { __meta_dns_name: name } }))),
      ...static_configs.map(({ targets }) => ({ targets: targets.map(at) })),
    ],
  });
  const here = { scrape_configs: scrape_configs.map(placed), alerting: { alertmanagers: alerting.alertmanagers.map(placed) } };
  writeFileSync(file, stringify({ ...shipped, ...here, global: { scrape_interval: '1s', evaluation_interval: '1s' } }));
  return folder;
}

/** Named as in the Compose file, because dashboards and rules use the name. */
async function createDatabase(server: string): Promise<string> {
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query('CREATE DATABASE scoreboard');
  await client.end();
  return server.replace(/\/postgres$/, '/scoreboard');
}

/** As in the Compose file. */
async function limitMemory(url: string): Promise<void> {
  const client = await createClient({ url }).connect();
  await client.configSet('maxmemory', '512mb');
  await client.close();
}

const hostOf = (url: string): string => new URL(url).host;

function fail(why: string): never {
  throw new Error(why);
}
