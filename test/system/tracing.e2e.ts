import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { type RoleProcess, startRole, type Servers, temporaryFolder } from '@scoreboard/harness';
import { describeWith, eventually, shareServers, startStandalone } from '../support';
import { apply, get, JWT_SECRET, newUser, post, type System, watch } from './system';

/** A span in OTLP JSON. */
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly links?: readonly { readonly traceId: string }[];
  /** The service that sent it. */
  readonly service: string;
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<Span, 'service'>[] }[];
  }[];
}

/** Receives OTLP over HTTP, like a collector. */
class Collector {
  readonly spans: Span[] = [];
  private readonly server: Server = createServer((request, response) => {
    void json(request).then((sent) => {
      if (request.url === '/v1/traces') this.keep(sent as Sent);
      response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  of = (traceId: string): Span[] => this.spans.filter((span) => span.traceId === traceId);

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private keep({ resourceSpans }: Sent): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')!.value.stringValue;
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans).map((span) => ({ ...span, service })));
    }
  }
}

const CALLER = '00f067aa0ba902b7';
const newId = () => randomUUID().replaceAll('-', '');
const recorded = (id: string) => ({ traceparent: `00-${id}-${CALLER}-01` });

/** Each span name with the name of its parent and its role. */
function tree(spans: readonly Span[]): string[] {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  const parentOf = ({ parentSpanId = 'nothing' }: Span) => (parentSpanId === CALLER ? 'the caller' : (names.get(parentSpanId) ?? parentSpanId));
  return spans.map((span) => `${span.service}: ${span.name} below ${parentOf(span)}`).sort();
}

const wholeTrace = (api: string, worker: string, gateway: string) =>
  [
    `${api}: POST /api/scores/update below the caller`,
    `${api}: send scores.commands below POST /api/scores/update`,
    `${worker}: process scores.commands below POST /api/scores/update`,
    `${worker}: apply_scores below process scores.commands`,
    `${worker}: put leaderboard below POST /api/scores/update`,
    `${gateway}: push scores:top below POST /api/scores/update`,
  ].sort();

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'a recorded request in the distributed system', () => {
  const collector = new Collector();
  let servers: Servers;
  let roles: RoleProcess[] = [];
  let system: System;

  beforeAll(async () => {
    servers = await shareServers('tracing');
    const { postgres, redis, rabbitmq } = servers.urls;
    const endpoint = await collector.listen();
    const settings = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, LOG_LEVEL: 'warn', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '0' };
    roles = await Promise.all((['api', 'worker', 'gateway'] as const).map((role) => startRole(role, settings)));
    system = { apis: [roles[0]!.url], gateways: [roles[2]!.url], stop: async () => undefined };
  });
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.kill()));
    await servers?.stop();
    collector.close();
  });

  it('is one trace with its caller as parent, from the answer to the push; an unrecorded request has none', async () => {
    const [id, quiet] = [newId(), newId()];
    const watcher = watch(system.gateways[0]!);
    await post(system, { userId: newUser(), scoreIncrement: 900 }, recorded(id));
    await post(system, { userId: newUser(), scoreIncrement: 901 }, { traceparent: `00-${quiet}-${CALLER}-00` });
    await post(system, { userId: newUser(), scoreIncrement: 902 });
    await eventually(() => expect(tree(collector.of(id))).toEqual(wholeTrace('scoreboard-api', 'scoreboard-worker', 'scoreboard-gateway')));
    for (const span of collector.of(id)) expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([id]));
    watcher.socket.disconnect();
  });

  it('is complete for each request of a batch, with links between them', async () => {
    const ids = Array.from({ length: 30 }, newId);
    await Promise.all(ids.map((id) => post(system, { userId: newUser(), scoreIncrement: 1 }, recorded(id))));
    await eventually(() => {
      for (const id of ids) expect(tree(collector.of(id))).toEqual(expect.arrayContaining(wholeTrace('scoreboard-api', 'scoreboard-worker', '').filter((line) => !line.startsWith(':'))));
    });
    const links = collector.spans.filter(({ name, traceId }) => name === 'process scores.commands' && ids.includes(traceId)).flatMap((span) => span.links ?? []);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter(({ traceId }) => !ids.includes(traceId))).toEqual([]);
  });

  it('contains no user, token or query', async () => {
    const [id, userId] = [newId(), newUser('canary')];
    await get(system, `/api/scores/users/${userId}?token=canary`, recorded(id));
    await eventually(() => expect(collector.of(id).map(({ name }) => name)).toEqual(['GET /api/scores/users/:userId']));
    expect(JSON.stringify(collector.spans)).not.toMatch(/canary|eyJ/);
  });
});

describe('tracing in the standalone', () => {
  const settings = { JWT_SECRET, LOG_LEVEL: 'info' };
  const systemOf = (role: RoleProcess): System => ({ apis: [role.url], gateways: [role.url], stop: async () => undefined });

  it('records the configured share under the request ids, at most a hundred per second', async () => {
    const collector = new Collector();
    const role = await startStandalone({ ...settings, RATE_LIMIT_READS: '0', OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(), OTEL_TRACES_SAMPLER_ARG: '1' });
    const started = Date.now();
    const { headers } = await post(systemOf(role), { userId: newUser(), scoreIncrement: 1 });
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 50 }, () => get(systemOf(role), '/api/scores/top')));
    const seconds = Math.ceil((Date.now() - started) / 1_000) + 1;
    await role.stop();
    expect(collector.of(headers.get('x-request-id')!).find(({ name }) => name === 'POST /api/scores/update')).toMatchObject({ kind: 2 });
    const requests = collector.spans.filter(({ kind }) => kind === 2).length;
    expect(requests).toBeGreaterThan(50);
    expect(requests).toBeLessThanOrEqual(100 * seconds);
    collector.close();
  });

  it('loses nothing and holds nobody up where the collector is away, says so once, and ends in time', async () => {
    const role = await startStandalone({ ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_SAMPLER_ARG: '1' });
    const userId = newUser();
    for (let i = 1; i <= 20; i++) expect((await apply(systemOf(role), userId, 1)).body).toMatchObject({ status: 'applied', score: i });
    await eventually(() => expect(role.output()).toContain('traces could not be exported'));
    expect(await role.stop()).toBe(0);
    expect(role.output().split('traces could not be exported')).toHaveLength(2);
  });

  /** Which modules of OpenTelemetry a role has loaded in the end. Its interface alone is prom-client's: it does nothing. */
  async function loadedBy(env: NodeJS.ProcessEnv): Promise<string[]> {
    const probe = join(temporaryFolder('probe'), 'probe.cjs');
    const mark = randomBytes(8).toString('hex');
    writeFileSync(probe, `process.on('exit', () => console.log('${mark}' + JSON.stringify(Object.keys(require.cache).filter((file) => /@opentelemetry.(?!api.)|(open-tracing|path-trace|record-requests)\\.js$/.test(file)))));`);
    const running = await startStandalone({ ...settings, ...env }, { nodeArgs: ['--require', probe] });
    await post(systemOf(running), { userId: newUser(), scoreIncrement: 1 }, recorded(newId()));
    await running.stop();
    return JSON.parse(running.output().split(mark)[1]!.split('\n')[0]!) as string[];
  }

  it('loads nothing of OpenTelemetry where no collector is named', async () => {
    expect(await loadedBy({})).toEqual([]);
    expect((await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).length).toBeGreaterThan(10);
  });
});
