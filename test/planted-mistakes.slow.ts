import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, temporaryFolder } from '@scoreboard/harness';
import { asyncApiDocument } from '../libs/interfaces/src/docs/asyncapi';
import { asyncApi, lint } from '../tools/deploy/src/checks/api-documents';
import type { Check } from '../tools/deploy/src/checks/check';
import { composePolicy, composeSchema, secretsScript } from '../tools/deploy/src/checks/compose';
import { dashboards } from '../tools/deploy/src/checks/dashboards';
import { dockerfile } from '../tools/deploy/src/checks/dockerfile';
import { documentedCommands, documentedKubectl } from '../tools/deploy/src/checks/documented-commands';
import { kubernetesPolicy } from '../tools/deploy/src/checks/kubernetes-policy';
import { kubernetesTypes } from '../tools/deploy/src/checks/kubernetes-types';
import { logPipeline } from '../tools/deploy/src/checks/log-pipeline';
import { nginxPlace, nginxSyntax } from '../tools/deploy/src/checks/nginx';
import { alertmanager, prometheus, prometheusTargets } from '../tools/deploy/src/checks/prometheus';
import { generatedFiles } from '../tools/deploy/src/generated';

interface Mistake {
  readonly what: string;
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
  readonly check: Check;
  /** The expected message. */
  readonly said: RegExp;
  /** Hides all other mistakes. */
  readonly hidesOthers?: true;
}

const compose = 'docker-compose.yml';
const api = 'k8s/base/api.yaml';
const alerts = 'deploy/observability/prometheus/rules/alerts.yml';
const grafana = 'deploy/observability/grafana';
const elastic = 'deploy/observability';

const MISTAKES: readonly Mistake[] = [
  { what: 'an image that is not pinned', file: 'Dockerfile', from: /@sha256:\w+/, to: '', check: dockerfile, said: /not pinned/ },
  { what: 'an image that runs as root', file: 'Dockerfile', from: 'USER 1000:1000', to: 'USER node', check: dockerfile, said: /USER node/ },
  { what: 'an instruction that is misspelt', file: 'Dockerfile', from: 'EXPOSE', to: 'EXPSE', check: dockerfile, said: /line \d+: .*EXPSE/ },
  { what: 'a secret in the image', file: 'Dockerfile', from: 'USER 1000:1000', to: 'ENV JWT_SECRET=x\nUSER 1000:1000', check: dockerfile, said: /would stay in the image/ },
  { what: 'an image without the operator commands', file: 'Dockerfile', from: 'ln -s /app/dist/apps/cli/main.js /usr/local/bin/scoreboard', to: 'true', check: dockerfile, said: /not on the path/ },
  { what: 'secrets in the build context', file: '.dockerignore', from: 'deploy\n', to: '', check: dockerfile, said: /lets deploy in/ },
  { what: 'a field that Compose does not know', file: compose, from: 'restart: unless-stopped', to: 'restrat: unless-stopped', check: composeSchema, said: /restrat/ },
  { what: 'a PostgreSQL that writes whole pages to its log', file: compose, from: 'wal_compression=lz4', to: 'wal_compression=off', check: composePolicy, said: /postgres: writes pages to the log as they are/ },
  { what: 'a PostgreSQL with too many checkpoints', file: 'k8s/examples/postgresql.yaml', from: '      max_wal_size: 8GB\n', to: '', check: kubernetesPolicy, said: /makes a checkpoint/ },
  { what: 'an image without a fixed version', file: compose, from: 'redis:7.2.5-bookworm', to: 'redis:latest', check: composePolicy, said: /redis: the image redis:latest has no version/ },
  { what: 'a setting that does not exist', file: compose, from: "TRUST_PROXY: '1'", to: "TRUST_PROXYS: '1'", check: composePolicy, said: /api: TRUST_PROXYS: is no setting/ },
  { what: 'a setting that the role refuses', file: compose, from: "PORT: '3001'", to: 'PORT: http', check: composePolicy, said: /gateway: PORT: must be a whole number/ },
  { what: 'a secret in the environment', file: compose, from: 'JWT_SECRET_FILE: /run/secrets/jwt_secret', to: 'JWT_SECRET: 0123456789012345678901234567890123', check: composePolicy, said: /JWT_SECRET: a secret stands in the environment/ },
  { what: 'a secret that is not mounted', file: compose, from: 'rabbitmq_url, jwt_secret, data', to: 'jwt_secret, data', check: composePolicy, said: /RABBITMQ_URL_FILE: .* is not mounted/ },
  { what: 'a secret that is mounted but not used', file: compose, from: 'secrets: [redis_url, jwt_secret]', to: 'secrets: [redis_url, jwt_secret, database_url]', check: composePolicy, said: /gateway: is handed the secret database_url/ },
  { what: 'an unknown setting of the operator', file: compose, from: /profiles: \[operator\]\n(?:.*\n)*? +DATABASE_URL_FILE/, to: 'profiles: [operator]\n    entrypoint: [scoreboard]\n    environment:\n      DATABASE_URI_FILE', check: composePolicy, said: /operator: DATABASE_URI_FILE: is no setting/ },
  { what: 'a server open to the whole network', file: compose, from: "'127.0.0.1:8443:8443'", to: "'8443:8443'", check: composePolicy, said: /nginx: publishes 8443:8443/ },
  { what: 'an operator tool on the network of the load balancer', file: compose, from: /(5601:5601'\]\n +networks: \[)operators/, to: "5601:5601']\n    networks: [front", check: composePolicy, said: /kibana: is for operators/ },
  { what: 'a key for traces in the manifest', file: compose, from: '${OTEL_EXPORTER_OTLP_HEADERS:-}', to: 'api-key=x', check: composePolicy, said: /OTEL_EXPORTER_OTLP_HEADERS: a secret stands in the manifest/ },
  { what: 'a mount of a missing file', file: compose, from: './deploy/nginx/routes.conf:', to: './deploy/nginx/route.conf:', check: composePolicy, said: /route\.conf, which does not exist/ },
  { what: 'a board that the worker refuses', file: 'deploy/boards.json', from: 'weekly', to: 'weakly', check: composePolicy, said: /worker: BOARDS_FILE: .*reset/ },
  { what: 'a file of boards where no role reads it', file: 'k8s/base/worker.yaml', from: 'mountPath: /etc/scoreboard,', to: 'mountPath: /etc/boards,', check: kubernetesPolicy, said: /scoreboard-worker: BOARDS_FILE: .*cannot be read/ },
  { what: 'a secret that no script creates', file: 'deploy/make-secrets.sh', from: /^keep rabbitmq\.conf .*$/m, to: '', check: secretsScript, said: /does not make rabbitmq\.conf/ },
  { what: 'a directive that nginx does not know', file: 'deploy/nginx/routes.conf', from: 'proxy_read_timeout 60s', to: 'proxy_read_timeuot 60s', check: nginxSyntax, said: /unknown directive "proxy_read_timeuot"/ },
  { what: 'an upstream that is not defined', file: 'deploy/nginx/compose.conf', from: 'upstream api_fresh', to: 'upstream api_flesh', check: nginxPlace, said: /upstream api_fresh is not defined/ },
  { what: 'an upstream on the wrong port', file: 'deploy/nginx/compose.conf', from: 'server gateway:3001', to: 'server gateway:3000', check: nginxPlace, said: /server gateway:3000: is no service/ },
  { what: 'a field that Kubernetes does not know', file: api, from: 'readOnlyRootFilesystem', to: 'readOnlyRootFileSystem', check: kubernetesTypes, said: /Deployment\/scoreboard-api: .*readOnlyRootFileSystem/ },
  { what: 'a field of the wrong type', file: api, from: 'minReplicas: 2', to: 'minReplicas: two', check: kubernetesTypes, said: /HorizontalPodAutoscaler\/scoreboard-api: .*string/ },
  { what: 'a field that an operator does not know', file: 'k8s/examples/postgresql.yaml', from: 'number: 1, dataDurability', to: 'number: 1, durability', check: kubernetesTypes, said: /Cluster\/scoreboard-postgresql: .*durability/ },
  { what: 'an overlay that cannot be rendered', file: 'k8s/overlays/prod/kustomization.yaml', from: '/worker-keda', to: '/worker-kedda', check: kubernetesTypes, said: /overlays\/prod: .*worker-kedda/s, hidesOthers: true },
  { what: 'a container that keeps capabilities', file: api, from: 'drop: [ALL]', to: 'drop: [NET_RAW]', check: kubernetesPolicy, said: /keeps capabilities/ },
  { what: 'a role without a readiness probe', file: 'k8s/base/worker.yaml', from: /^ +readinessProbe:\n(.*\n){4}/m, to: '', check: kubernetesPolicy, said: /scoreboard-worker: has no readinessProbe/ },
  { what: 'a Service that selects no pod', file: api, from: "selector: { app.kubernetes.io/name: scoreboard, app.kubernetes.io/component: api }\n  ports", to: 'selector: { app: api }\n  ports', check: kubernetesPolicy, said: /Service\/scoreboard-api: selects no pod/ },
  { what: 'an autoscaler for a missing Deployment', file: 'k8s/components/worker-keda/scaled-object.yaml', from: 'name: scoreboard-worker }', to: 'name: scoreboard-workers }', check: kubernetesPolicy, said: /scales Deployment\/scoreboard-workers, which does not exist/ },
  { what: 'a monitor for a missing port', file: 'k8s/examples/rabbitmq-monitor.yaml', from: 'port: prometheus-tls', to: 'port: prometheus', check: kubernetesPolicy, said: /RabbitMQ's Service has no port prometheus/ },
  { what: 'an unknown setting of a role', file: 'k8s/base/settings.env', from: 'LOG_LEVEL', to: 'LOGLEVEL', check: kubernetesPolicy, said: /LOGLEVEL: is no setting/ },
  { what: 'an undocumented Secret', file: api, from: 'secretName: scoreboard-api', to: 'secretName: scoreboards', check: kubernetesPolicy, said: /Secret's scoreboards/ },
  { what: 'a standby that may lose applied updates', file: 'k8s/examples/postgresql.yaml', from: 'number: 1, dataDurability: required', to: 'number: 1, dataDurability: preferred', check: kubernetesPolicy, said: /may lose what was acknowledged/ },
  { what: 'a Redis that evicts the leaderboard', file: 'k8s/examples/redis.yaml', from: 'maxmemory-policy volatile-lru', to: 'maxmemory-policy allkeys-lru', check: kubernetesPolicy, said: /evicts the leaderboard/ },
  { what: 'a Redis whose other keys may crowd out the leaderboard', file: compose, from: 'volatile-lru', to: 'noeviction', check: composePolicy, said: /redis: evicts the leaderboard, or lets other keys fill its place/ },
  { what: 'a Redis that may use all memory', file: compose, from: '--maxmemory, 512mb, ', to: '', check: composePolicy, said: /redis: may use all memory/ },
  { what: 'a RabbitMQ without a message size limit', file: 'deploy/rabbitmq/limits.conf', from: '1048576', to: '104857600', check: composePolicy, said: /rabbitmq: takes messages that no worker reads/ },
  { what: 'a RabbitMQ cluster without a message size limit', file: 'k8s/examples/rabbitmq.yaml', from: 'max_message_size', to: '# max_message_size', check: kubernetesPolicy, said: /takes messages that no worker reads/ },
  { what: 'pods without an ingress policy', file: 'k8s/base/network-policies.yaml', from: /policyTypes: \[Ingress, Egress\]/g, to: 'policyTypes: [Egress]', check: kubernetesPolicy, said: /anybody may speak to it/ },
  { what: 'an operator with an undocumented Secret', file: 'k8s/operator/job.yaml', from: 'secretName: scoreboard-operator', to: 'secretName: operators', check: kubernetesPolicy, said: /operator, Job\/scoreboard-operator: .*Secret's operators/ },
  { what: 'an operator with a writable root filesystem', file: 'k8s/operator/job.yaml', from: 'readOnlyRootFilesystem: true', to: 'readOnlyRootFilesystem: false', check: kubernetesPolicy, said: /Job\/scoreboard-operator: has a root filesystem that can be written/ },
  { what: 'an operator without an ingress policy', file: 'k8s/operator/network-policy.yaml', from: 'component: operator }', to: 'component: operators }', check: kubernetesPolicy, said: /Job\/scoreboard-operator: anybody may speak to it/ },
  { what: 'an alert with a syntax error', file: alerts, from: 'max(scoreboard_queue_blocked) > 0', to: 'max(scoreboard_queue_blocked > 0', check: prometheus, said: /unclosed left parenthesis/ },
  { what: 'an alert that does not fire when it should', file: alerts, from: 'max(scoreboard_queue_blocked) > 0', to: 'max(scoreboard_queue_blocked) > 1', check: prometheus, said: /ScoreboardQueueBlocked/ },
  { what: 'a role that Prometheus does not find', file: 'deploy/observability/prometheus/prometheus.yml', from: 'names: [gateway]', to: 'names: [gateways]', check: prometheusTargets, said: /gateways is no service/ },
  { what: 'alerts for an unknown receiver', file: 'deploy/observability/alertmanager/alertmanager.yml', from: 'receiver: nobody', to: 'receiver: somebody', check: alertmanager, said: /undefined receiver "somebody"/ },
  { what: 'alerts that are missing for Kubernetes', file: alerts, from: 'max(scoreboard_queue_blocked) > 0', to: 'max(scoreboard_queue_blocked) > 1', check: generatedFiles, said: /prometheus-rule\.yaml is not what npm run generate makes/ },
  { what: 'a runbook that no dashboard shows', file: 'docs/runbooks.md', from: 'Prometheus cannot scrape one process of a role.', to: 'Nobody answers.', check: generatedFiles, said: /runbooks\.json is not what/ },
  { what: 'a command in the docs that no test runs', file: 'docs/runbooks.md', from: '```sh node', to: '```sh', check: documentedCommands, said: /nobody runs this block/ },
  { what: 'a command of the tutorial that no test runs', file: 'docs/tutorial.md', from: '```sh run', to: '```sh', check: documentedCommands, said: /nobody runs this block/ },
  { what: 'a runbook for a service that does not exist', file: 'docs/runbooks.md', from: 'docker compose up --detach worker', to: 'docker compose up --detach workers', check: documentedCommands, said: /there is no service workers/ },
  { what: 'a runbook without commands for Kubernetes', file: 'docs/runbooks.md', from: /```sh kubernetes\nkubectl -n scoreboard get hpa\n.*\n```\n/, to: '', check: documentedCommands, said: /ScoreboardEventLoopSlow has commands for Compose and none for Kubernetes/ },
  { what: 'a runbook without its query', file: 'docs/runbooks.md', from: /```promql\npg_database_size_bytes[^`]*```/, to: '', check: documentedCommands, said: /ScoreboardDatabaseGrows has no query/ },
  { what: 'a runbook that does not say when the problem is solved', file: 'docs/runbooks.md', from: '**Solved when** both alarms', to: 'Both alarms', check: documentedCommands, said: /ScoreboardQueueBlocked has no part \*\*Solved when/ },
  { what: 'a runbook for a workload that does not exist', file: 'docs/runbooks.md', from: 'exec -it job/scoreboard-operator', to: 'exec -it job/operator', check: documentedKubectl, said: /there is no job\/operator/ },
  { what: 'a runbook for pods that do not exist', file: 'docs/runbooks.md', from: 'exec scoreboard-rabbitmq-server-0', to: 'exec rabbitmq-0', check: documentedKubectl, said: /nothing makes a pod rabbitmq-0/ },
  { what: 'a runbook for a label that no pod has', file: 'docs/runbooks.md', from: '-l app.kubernetes.io/component=gateway', to: '-l app=gateway', check: documentedKubectl, said: /no pod has the label app=gateway/ },
  { what: 'a text of a runbook that was changed in Grafana', file: `${grafana}/dashboards/runbooks.json`, from: 'Nobody can send', to: 'Who can send', check: generatedFiles, said: /runbooks\.json is not what/ },
  { what: 'a dashboard that is not JSON', file: `${grafana}/dashboards/gateway.json`, from: '"30s",', to: '"30s"', check: dashboards, said: /gateway\.json: is not JSON: / },
  { what: 'two panels with the same id', file: `${grafana}/dashboards/gateway.json`, from: '"id": 3,', to: '"id": 2,', check: dashboards, said: /By gateway: has the id of By transport, 2/ },
  { what: 'a panel over another', file: `${grafana}/dashboards/gateway.json`, from: '"x": 8,', to: '"x": 4,', check: dashboards, said: /By gateway: lies over By transport/ },
  { what: 'a panel beside the columns', file: `${grafana}/dashboards/gateway.json`, from: '"x": 16,', to: '"x": 20,', check: dashboards, said: /Open files: is not within the 24 columns/ },
  { what: 'a row that hides its panels', file: `${grafana}/dashboards/gateway.json`, from: '"collapsed": false', to: '"collapsed": true', check: dashboards, said: /Clients: is a collapsed row/ },
  { what: 'a panel with a fixed data source', file: `${grafana}/dashboards/gateway.json`, from: '"uid": "${datasource}"', to: '"uid": "scoreboard-prometheus"', check: dashboards, said: /has the data source scoreboard-prometheus: expected/ },
  { what: 'a panel without a data source', file: `${grafana}/dashboards/gateway.json`, from: /"datasource": \{[^{]*\{datasource\}"\s*\},\s*"targets"/, to: '"targets"', check: dashboards, said: /By transport: names no data source/ },
  { what: 'a dashboard that the others do not find', file: `${grafana}/dashboards/gateway.json`, from: /"tags": \[\s*"scoreboard"\s*\],\s*"schemaVersion"/, to: '"schemaVersion"', check: dashboards, said: /has no tag scoreboard/ },
  { what: 'a dashboard without links to the others', file: `${grafana}/dashboards/gateway.json`, from: '"type": "dashboards"', to: '"type": "link"', check: dashboards, said: /has no links to the others/ },
  { what: 'a dashboard without the marks of alerts', file: `${grafana}/dashboards/gateway.json`, from: '"name": "Alerts"', to: '"name": "Outages"', check: dashboards, said: /does not mark Alerts/ },
  { what: 'a dashboard that is missing on Kubernetes', file: `${grafana}/kustomization.yaml`, from: 'dashboards/gateway.json', to: 'dashboards/overview.json', check: dashboards, said: /kustomization\.yaml has no gateway\.json/ },
  { what: 'two dashboards with the same uid', file: `${grafana}/dashboards/gateway.json`, from: 'scoreboard-gateway', to: 'scoreboard-pipeline', check: dashboards, said: /gateway\.json: another has its uid/ },
  { what: 'a dashboard that requires a manual import', file: `${grafana}/dashboards/gateway.json`, from: '"uid": "${datasource}"', to: '"uid": "${DS_PROMETHEUS}"', check: dashboards, said: /names inputs/ },
  { what: 'a panel without a description', file: `${grafana}/dashboards/gateway.json`, from: /"description": "Open sockets of each.*",/, to: '', check: dashboards, said: /By gateway: a panel has a title and a description/ },
  { what: 'a panel without a unit', file: `${grafana}/dashboards/gateway.json`, from: '"unit": "percentunit"', to: '"unit": ""', check: dashboards, said: /Open files: its unit/ },
  { what: 'a panel with an unknown metric', file: `${grafana}/dashboards/gateway.json`, from: 'scoreboard_pushes_total', to: 'scoreboard_pushs_total', check: dashboards, said: /there is no metric scoreboard_pushs_total/ },
  { what: 'a panel that leads to the wrong runbook', file: `${grafana}/dashboards/gateway.json`, from: /viewPanel=\d+/, to: 'viewPanel=1', check: dashboards, said: /the link to ScoreboardClientsDropped leads elsewhere/ },
  { what: 'a metric that no dashboard shows', file: 'docs/operations.md', from: '`scoreboard_batches_total`', to: '`scoreboard_batch_total`', check: dashboards, said: /no dashboard shows scoreboard_batch_total/ },
  { what: 'a runbook that no panel leads to', file: `${grafana}/dashboards/gateway.json`, from: 'Runbook: ScoreboardClientsDropped', to: 'Slow clients', check: dashboards, said: /no panel leads to the runbook of ScoreboardClientsDropped/ },
  { what: 'a variable that does not exist', file: `${grafana}/dashboards/gateway.json`, from: '$instance', to: '$host', check: dashboards, said: /there is no variable host/ },
  { what: 'a missing data source', file: `${grafana}/provisioning/datasources/prometheus.yml`, from: 'scoreboard-prometheus', to: 'prometheus', check: dashboards, said: /no data source has the uid scoreboard-prometheus/ },
  { what: 'dashboards in another folder', file: `${grafana}/provisioning/dashboards/scoreboard.yml`, from: '/var/lib/grafana/dashboards', to: '/dashboards', check: dashboards, said: /looked for in \/dashboards/ },
  { what: 'a Filebeat that sends to the wrong server', file: `${elastic}/filebeat/filebeat.yml`, from: 'logstash:5044', to: 'logstasch:5045', check: logPipeline, said: /sends to logstasch, which does not exist\n.*port 5045/ },
  { what: 'a Filebeat that drops our lines', file: `${elastic}/filebeat/filebeat.yml`, from: '^scoreboard-', to: '^score-board-', check: logPipeline, said: /drops lines of ours/ },
  { what: 'a Filebeat that does not read rotated files', file: `${elastic}/filebeat/filebeat.yml`, from: '-json.log*', to: '-json.log', check: logPipeline, said: /what Docker has rotated/ },
  { what: 'a Filebeat that forgets removed files', file: `${elastic}/filebeat/filebeat.yml`, from: 'clean_removed: false', to: 'clean_removed: true', check: logPipeline, said: /lets go of a file/ },
  { what: 'a Filebeat health check that fails for other users than root', file: compose, from: 'test, config, --strict.perms=false', to: 'test, config', check: logPipeline, said: /without --strict\.perms=false/ },
  { what: 'log lines whose fields are not expanded', file: `${elastic}/filebeat/filebeat.yml`, from: 'expand_keys: true, ', to: '', check: logPipeline, said: /do not become those of the event/ },
  { what: 'a data stream that matches no template', file: `${elastic}/logstash/pipeline/scoreboard.conf`, from: '"scoreboard"', to: '"board"', check: logPipeline, said: /writes to logs-board-default/ },
  { what: 'a mapping that grows by itself', file: `${elastic}/elasticsearch/index-template.json`, from: '"dynamic": false', to: '"dynamic": true', check: logPipeline, said: /would be added to the mapping/ },
  { what: 'a mapping without a version', file: `${elastic}/elasticsearch/index-template.json`, from: '"_meta": { "version": 1 },', to: '', check: logPipeline, said: /bears no version/ },
  { what: 'logs without a retention limit', file: `${elastic}/elasticsearch/ilm-policy.json`, from: '"min_age": "30d", ', to: '', check: logPipeline, said: /kept for ever/ },
  { what: 'a policy that no script creates', file: `${elastic}/elasticsearch/index-template.json`, from: '"index.lifecycle.name": "scoreboard-logs"', to: '"index.lifecycle.name": "logs"', check: logPipeline, said: /does not put the policy logs/ },
  { what: 'a missing folder of Logstash', file: compose, from: 'logstash/pipeline:/', to: 'logstash/pipe:/', check: composePolicy, said: /logstash: mounts .*pipe, which does not exist/ },
  { what: 'a missing folder of Grafana', file: compose, from: 'grafana/provisioning:', to: 'grafana/provision:', check: composePolicy, said: /grafana: mounts .*provision, which does not exist/ },
];

const RENDERING: readonly Check[] = [kubernetesTypes, kubernetesPolicy];
const judged = MISTAKES.filter(({ check }) => !check.whyNot?.());
const unjudged = MISTAKES.filter((mistake) => !judged.includes(mistake));

describe('npm run validate', () => {
  // Rendering takes seconds, so all mistakes for such a check are made in one copy and checked once.
  const together = judged.filter(({ check, hidesOthers }) => RENDERING.includes(check) && !hidesOthers);
  const alone = judged.filter((mistake) => !together.includes(mistake));
  let said: ReadonlyMap<Check, string>;
  beforeAll(async () => {
    const checks = RENDERING.filter((check) => together.some((mistake) => mistake.check === check));
    said = new Map(await Promise.all(checks.map(async (check) => [check, await saidOf(check, together.filter((mistake) => mistake.check === check))] as const)));
  });

  it.each(together)('finds $what', (mistake) => expect(said.get(mistake.check)).toMatch(mistake.said));

  it.each(alone)('finds $what', async (mistake) => expect(await saidOf(mistake.check, [mistake])).toMatch(mistake.said));

  it('finds an operation without a description', () => {
    const mute = { '/x': { get: { operationId: 'a', responses: { 400: {} } }, post: { operationId: 'a', summary: 'does', responses: { 201: { description: 'done' } } } } };
    expect(lint({ paths: mute })).toEqual([
      'GET /x: has no summary',
      'GET /x: its operationId is used twice',
      'GET /x: describes no success',
      'GET /x: 400 is not described',
      'POST /x: its operationId is used twice',
    ]);
  });

  it('finds an invalid operation in the AsyncAPI document', () => {
    const { operations, ...document } = asyncApiDocument();
    const wrong = { ...document, operations: { ...operations, push: { ...operations.push, action: 'push' } } };
    expect(asyncApi(wrong).join('\n')).toMatch(/\/operations\/push\/action .*allowed values/);
  });

  if (unjudged.length) {
    it.skip.each(unjudged)(`NOT TESTED, ${[...new Set(unjudged.map(({ check }) => check.whyNot!()))].join(', ')}: finds $what`, () => undefined);
  }
});

/** Runs a check on a copy with these mistakes; returns its messages. */
async function saidOf(check: Check, mistakes: readonly Mistake[]): Promise<string> {
  const root = copyOfWhatIsShipped();
  for (const { file, from, to } of mistakes) {
    const text = readFileSync(join(root, file), 'utf8');
    const wrong = text.replace(from, () => to);
    if (wrong === text) throw new Error(`${file} has no ${from}`);
    writeFileSync(join(root, file), wrong);
  }
  const found = await check(root);
  rmSync(root, { recursive: true });
  return found.join('\n');
}

function copyOfWhatIsShipped(): string {
  const root = temporaryFolder('validate');
  mkdirSync(root, { recursive: true });
  const docs = ['boards', 'extending', 'operations', 'runbooks', 'tutorial'].map((name) => `docs/${name}.md`);
  for (const name of ['Dockerfile', '.dockerignore', compose, 'deploy', ...docs, 'k8s']) cpSync(join(projectRoot(), name), join(root, name), { recursive: true });
  return root;
}
