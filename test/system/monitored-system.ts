import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Authority,
  freePort,
  type PrivateServer,
  projectRoot,
  type RoleProcess,
  startAlertmanager,
  startExporter,
  startNginx,
  startPostgres,
  startPrometheus,
  startRabbitmq,
  startRedis,
  startRole,
  temporaryFolder,
} from '@scoreboard/harness';
import { Client } from 'pg';
import { createClient } from 'redis';
import { parse, stringify } from 'yaml';
import { JWT_SECRET, type System } from './system';

export interface MonitoredSystem extends System {
  readonly roles: readonly RoleProcess[];
  readonly prometheus: string;
  readonly alertmanager: string;
  /** The broker's URL. */
  readonly rabbitmq: string;
}

/** One of each role behind the shipped load balancer, on servers of their own, each watched by the shipped Prometheus as in the Compose file. */
export async function startMonitoredSystem(): Promise<MonitoredSystem> {
  const [metricsPort, statusPort] = [await freePort(), await freePort()];
  const servers = [startPostgres(), startRedis(), startRabbitmq(undefined, metricsPort)] as const;
  const [postgres, redis, rabbitmq] = await Promise.all(servers);
  const database = await createDatabase(postgres.url);
  await limitMemory(redis.url);
  const settings = { DATABASE_URL: database, REDIS_URL: redis.url, RABBITMQ_URL: rabbitmq.url, JWT_SECRET, TRUST_PROXY: '1', LOG_LEVEL: 'warn' };
  const [api, worker, gateway] = await Promise.all([startRole('api', settings), startRole('worker', settings), startRole('gateway', settings)]);
  const watchers = await Promise.all([
    startNginx({ apis: [hostOf(api.url)], gateways: [hostOf(gateway.url)] }, new Authority().issue({ hosts: ['127.0.0.1'] }), statusPort),
    startExporter('postgres', `${database}?sslmode=disable`),
    startExporter('redis', redis.url),
    startExporter('nginx', `http://127.0.0.1:${statusPort}/status`),
    startAlertmanager(join(projectRoot(), 'deploy/observability/alertmanager/alertmanager.yml')),
  ]);
  const [, ofPostgres, ofRedis, ofNginx, alertmanager] = watchers;
  const prometheus = await startPrometheus(
    layOutPrometheus({
      'api': hostOf(api.url),
      'worker': hostOf(worker.url),
      'gateway': hostOf(gateway.url),
      'rabbitmq:15692': `127.0.0.1:${metricsPort}`,
      'postgres-exporter:9187': hostOf(ofPostgres.url),
      'redis-exporter:9121': hostOf(ofRedis.url),
      'nginx-exporter:9113': hostOf(ofNginx.url),
      'alertmanager:9093': hostOf(alertmanager.url),
    }),
  );
  const all: readonly PrivateServer[] = [prometheus, ...watchers, postgres, redis, rabbitmq];
  const roles = [api, worker, gateway];
  const stop = async () => {
    await Promise.all(roles.map((role) => role.stop()));
    await Promise.all(all.map((server) => server.kill()));
  };
  const urls = { prometheus: prometheus.url, alertmanager: alertmanager.url, rabbitmq: rabbitmq.url };
  return { apis: [api.url], gateways: [gateway.url], roles, ...urls, stop };
}

interface ScrapeConfig {
  readonly dns_sd_configs?: readonly { readonly names: readonly string[] }[];
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
}

interface Config {
  readonly scrape_configs: readonly ScrapeConfig[];
  readonly alerting: { readonly alertmanagers: readonly ScrapeConfig[] };
}

/** A folder with the shipped configuration and rules, in which every second is a scrape and names are addresses of this machine. */
function layOutPrometheus(places: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder('prometheus');
  cpSync(join(projectRoot(), 'deploy/observability/prometheus'), folder, { recursive: true });
  const file = join(folder, 'prometheus.yml');
  const { scrape_configs, alerting, ...shipped } = parse(readFileSync(file, 'utf8')) as Config;
  const at = (name: string): string => places[name] ?? fail(`deploy/observability/prometheus asks ${name}, which this test does not start`);
  const placed = ({ dns_sd_configs = [], static_configs = [], ...config }: ScrapeConfig) => ({
    ...config,
    static_configs: [
      // With the name that the network's service would have found it by, since it becomes the role.
      ...dns_sd_configs.flatMap(({ names }) => names.map((name) => ({ targets: [at(name)], labels: { __meta_dns_name: name } }))),
      ...static_configs.map(({ targets }) => ({ targets: targets.map(at) })),
    ],
  });
  const here = { scrape_configs: scrape_configs.map(placed), alerting: { alertmanagers: alerting.alertmanagers.map(placed) } };
  writeFileSync(file, stringify({ ...shipped, ...here, global: { scrape_interval: '1s', evaluation_interval: '1s' } }));
  return folder;
}

/** Named as in the Compose file, since dashboards and rules ask for it. */
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
