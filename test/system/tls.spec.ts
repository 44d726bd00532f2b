import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Authority, type RoleProcess, startRole, startServers, type Servers, temporaryFolder, type TlsFiles } from '@scoreboard/harness';
import { createClient, type RedisClientType } from 'redis';
import { io, type Socket } from 'socket.io-client';
import WebSocket from 'ws';
import { describeWith, eventually } from '../support';
import { JWT_SECRET, newUser, token } from './system';

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL', 'TEST_OPENSSL'], 'with TLS on every edge', () => {
  const authority = new Authority();
  const ca = readFileSync(authority.ca, 'utf8');
  const right = authority.issue({ hosts: ['127.0.0.1'] });
  const folder = temporaryFolder('certificate');
  const served = { TLS_CERT_FILE: join(folder, 'served.crt'), TLS_KEY_FILE: join(folder, 'served.key') };
  const agent = new Agent({ ca, keepAlive: true });
  let servers: Servers;
  let roles: RoleProcess[];
  let api: RoleProcess;
  let worker: RoleProcess;
  let gateway: RoleProcess;
  let sockets: (Socket | WebSocket)[];

  const serve = ({ cert, key }: TlsFiles) => {
    copyFileSync(key, served.TLS_KEY_FILE);
    copyFileSync(cert, served.TLS_CERT_FILE);
  };

  beforeAll(async () => {
    serve(right);
    servers = await startServers(undefined, {}, right);
    const { postgres, redis, rabbitmq } = servers.urls;
    const settings = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, NODE_EXTRA_CA_CERTS: authority.ca, ...served, LOG_LEVEL: 'warn' };
    roles = await Promise.all((['api', 'worker', 'gateway'] as const).map((role) => startRole(role, settings, { ca, readyWithinMs: 60_000 })));
    [api, worker, gateway] = roles as [RoleProcess, RoleProcess, RoleProcess];
    sockets = [];
  }, 120_000);
  afterAll(async () => {
    sockets?.forEach((socket) => socket.close());
    agent.destroy();
    await Promise.all(roles?.map((role) => role.stop()) ?? []);
    await servers?.stop();
  }, 60_000);

  it('carries a point from the POST to the boards of both kinds of socket', async () => {
    const boards = watchBoth();
    const userId = newUser();
    expect(await post(userId)).toMatchObject({ status: 201, body: { status: 'applied', score: 1 } });
    await eventually(() => expect(boards.map((received) => received.at(-1)?.includes(userId))).toEqual([true, true]), { withinMs: 10_000 });
    for (const { url } of [api, worker, gateway]) {
      expect(await ask(`${url}/health/ready`)).toMatchObject({ status: 200, headers: { 'strict-transport-security': 'max-age=31536000' } });
    }
  });

  it.each(['api', 'worker', 'gateway'])('is all that the %s speaks: neither TLS 1.1 nor plain HTTP', async (name) => {
    const role = { api, worker, gateway }[name]!;
    const port = Number(new URL(role.url).port);
    const old = connectTls({ port, host: '127.0.0.1', ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    await expect(once(old, 'secureConnect')).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    await expect(fetch(role.url.replace('https:', 'http:'))).rejects.toThrow('fetch failed');
  });

  it('takes up a renewed certificate without the loss of a connection, and goes on with the old one where the new is none', async () => {
    const boards = watchBoth();
    await eventually(() => expect(boards.map((received) => received.length > 0)).toEqual([true, true]));
    const before = (await post(newUser())).socket;
    const renewed = authority.issue({ hosts: ['127.0.0.1'] });
    copyFileSync(renewed.cert, served.TLS_CERT_FILE); // not yet its key
    await eventually(() => expect(api.output()).toContain('is not the key of the certificate'), { withinMs: 15_000 });
    expect(await serialOf(api)).toBe(serialIn(right));
    serve(renewed);
    for (const role of roles) await eventually(async () => expect(await serialOf(role)).toBe(serialIn(renewed)), { withinMs: 15_000, everyMs: 200 });

    const userId = newUser();
    const answer = await post(userId);
    expect([answer.status, answer.socket === before]).toEqual([201, true]);
    await eventually(() => expect(boards.map((received) => received.at(-1)?.includes(userId))).toEqual([true, true]));
    expect(sockets.map((socket) => (socket instanceof WebSocket ? socket.readyState === WebSocket.OPEN : socket.connected))).toEqual(sockets.map(() => true));
  }, 60_000);

  it('is given up for nothing: a Redis whose certificate has expired is away until it has a good one', async () => {
    const redis = createClient({ url: servers.urls.redis, socket: { tls: true, ca } }) as unknown as RedisClientType;
    redis.on('error', () => undefined); // the end of the servers is one
    await redis.connect();
    const connections = async () => Number(/total_connections_received:(\d+)/.exec(await redis.info('stats'))![1]);
    await present(redis, authority.issue({ hosts: ['127.0.0.1'], days: [-3, -1] }));
    const before = await connections();
    await redis.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    await redis.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await eventually(async () => expect((await ask(`${gateway.url}/health/ready`)).body).toMatchObject({ status: 'unready', degraded: ['redis', 'board'] }), { withinMs: 10_000 });
    for (const role of [api, worker]) expect((await ask(`${role.url}/health/ready`)).body).toEqual({ status: 'degraded', degraded: ['redis'] });
    expect(gateway.output().match(/"Redis gateway","message":"away: certificate has expired"/g)).toHaveLength(1);
    expect(await connections() - before).toBeLessThan(100);

    await present(redis, right);
    for (const role of roles) await eventually(async () => expect((await ask(`${role.url}/health/ready`)).body).toEqual({ status: 'ready' }), { withinMs: 15_000 });
    await redis.close();
  }, 60_000);

  it('is what the standalone tells of: its address and its curl command are https', async () => {
    const standalone = await startRole('standalone', { ...served, LOG_LEVEL: 'warn' }, { ca, readyWithinMs: 60_000 });
    await eventually(() => expect(standalone.output()).toContain(`Page   ${standalone.url}/`));
    expect(standalone.url).toMatch(/^https:/);
    expect(standalone.output()).toMatch(new RegExp(`\ncurl --cacert '${served.TLS_CERT_FILE}' -X POST ${standalone.url}/api/scores/update -H`));
    await standalone.stop();
  }, 90_000);

  const present = (redis: RedisClientType, { cert, key }: TlsFiles) => redis.sendCommand(['CONFIG', 'SET', 'tls-cert-file', cert, 'tls-key-file', key]);

  const post = (userId: string) =>
    ask(`${api.url}/api/scores/update`, { authorization: `Bearer ${token(userId)}`, prefer: 'wait=10' }, JSON.stringify({ userId, scoreIncrement: 1 }));

  /** Watches the board over Socket.IO and over a plain WebSocket; each list grows by a text for every board. */
  function watchBoth(): [string[], string[]] {
    const boards: [string[], string[]] = [[], []];
    const socket = io(`${gateway.url}/ws/scores`, { transports: ['websocket'], forceNew: true, reconnection: false, ca } as Parameters<typeof io>[1]);
    socket.on('scores:top', (board) => boards[0].push(JSON.stringify(board)));
    const plain = new WebSocket(`${gateway.url.replace('https:', 'wss:')}/ws/scores`, { ca });
    plain.on('message', (data: Buffer) => boards[1].push(data.toString()));
    sockets.push(socket, plain);
    return boards;
  }

  /** A request over a connection that is kept; `socket` tells which. */
  async function ask(url: string, headers: IncomingHttpHeaders = {}, body?: string) {
    const sent = request(url, { agent, method: body ? 'POST' : 'GET', headers: body ? { 'content-type': 'application/json', ...headers } : headers }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const socket = response.socket as TLSSocket;
    const text = (await response.toArray()).join('');
    // eslint-disable-next-line typescript/no-explicit-any
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(text) as any, socket };
  }

  const serialIn = ({ cert }: TlsFiles) => new X509Certificate(readFileSync(cert)).serialNumber;

  /** Of the certificate that a new connection is shown. */
  async function serialOf({ url }: RoleProcess): Promise<string> {
    const socket = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', ca });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  }
});
