import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Authority, type RoleProcess, startRole, startServers, type Servers, temporaryFolder, type TlsFiles } from '@scoreboard/harness';
import { Client } from 'pg';
import { createClient, type RedisClientType } from 'redis';
import { io, type Socket } from 'socket.io-client';
import WebSocket from 'ws';
import { describeWith, eventually, startStandalone } from '../support';
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

  const broker = { cert: join(folder, 'broker.crt'), key: join(folder, 'broker.key'), ca: authority.ca };
  // Not copyFileSync: on Node 24, PostgreSQL kept its certificate after a copy with it.
  const copy = (from: TlsFiles, to: Pick<TlsFiles, 'cert' | 'key'>) => {
    writeFileSync(to.key, readFileSync(from.key));
    writeFileSync(to.cert, readFileSync(from.cert));
  };
  const serve = (files: TlsFiles) => copy(files, { cert: served.TLS_CERT_FILE, key: served.TLS_KEY_FILE });

  beforeAll(async () => {
    serve(right);
    copy(right, broker);
    servers = await startServers(undefined, {}, broker);
    const { postgres, redis, rabbitmq } = servers.urls;
    const settings = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, NODE_EXTRA_CA_CERTS: authority.ca, ...served, LOG_LEVEL: 'warn' };
    roles = await Promise.all((['api', 'worker', 'gateway'] as const).map((role) => startRole(role, settings, { ca })));
    [api, worker, gateway] = roles as [RoleProcess, RoleProcess, RoleProcess];
    sockets = [];
  });
  afterAll(async () => {
    sockets?.forEach((socket) => socket.close());
    agent.destroy();
    await Promise.all(roles?.map((role) => role.stop()) ?? []);
    await servers?.stop();
  });

  it('delivers an update from the POST to the boards of both kinds of sockets', async () => {
    const boards = watchBoth();
    const userId = newUser();
    expect(await post(userId)).toMatchObject({ status: 201, body: { status: 'applied', score: 1 } });
    await eventually(() => expect(boards.map((received) => received.at(-1)?.includes(userId))).toEqual([true, true]));
    for (const { url } of [api, worker, gateway]) {
      expect(await ask(`${url}/health/ready`)).toMatchObject({ status: 200, headers: { 'strict-transport-security': 'max-age=31536000' } });
    }
  });

  it.each(['api', 'worker', 'gateway'])('accepts neither TLS 1.1 nor plain HTTP on the %s', async (name) => {
    const role = { api, worker, gateway }[name]!;
    const port = Number(new URL(role.url).port);
    const old = connectTls({ port, host: '127.0.0.1', ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    await expect(once(old, 'secureConnect')).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    await expect(fetch(role.url.replace('https:', 'http:'))).rejects.toThrow('fetch failed');
  });

  it('reloads a renewed certificate without closing connections, and keeps the old one if the new one is invalid', async () => {
    const boards = watchBoth();
    await eventually(() => expect(boards.map((received) => received.length > 0)).toEqual([true, true]));
    const before = (await post(newUser())).socket;
    const renewed = authority.issue({ hosts: ['127.0.0.1'] });
    copyFileSync(renewed.cert, served.TLS_CERT_FILE); // the key is still the old one
    await eventually(() => expect(api.output()).toContain('is not the key of the certificate'));
    expect(await serialOf(api)).toBe(serialIn(right));
    serve(renewed);
    for (const role of roles) await eventually(async () => expect(await serialOf(role)).toBe(serialIn(renewed)), { everyMs: 200 });

    const userId = newUser();
    const answer = await post(userId);
    expect([answer.status, answer.socket === before]).toEqual([201, true]);
    await eventually(() => expect(boards.map((received) => received.at(-1)?.includes(userId))).toEqual([true, true]));
    expect(sockets.map((socket) => (socket instanceof WebSocket ? socket.readyState === WebSocket.OPEN : socket.connected))).toEqual(sockets.map(() => true));
  });

  it('never falls back to plain: a server with an expired certificate counts as down until it has a valid one', async () => {
    await eventually(async () => expect((await ask(`${api.url}/health/ready`)).body).toEqual({ status: 'ready' }));
    const redis = createClient({ url: servers.urls.redis, socket: { tls: true, ca } }) as unknown as RedisClientType;
    redis.on('error', () => undefined); // the stop of the servers causes one
    const database = new Client({ connectionString: servers.urls.postgres });
    database.on('error', () => undefined); // and here
    await Promise.all([redis.connect(), database.connect()]);
    const present = async (files: TlsFiles) => {
      await redis.sendCommand(['CONFIG', 'SET', 'tls-cert-file', files.cert, 'tls-key-file', files.key]);
      const { rows } = await database.query(`SELECT current_setting('ssl_cert_file') AS cert, current_setting('ssl_key_file') AS key`);
      copy(files, rows[0]);
      await database.query('SELECT pg_reload_conf()');
      copy(files, broker);
      await servers.rabbitmq!.ctl('eval', 'ssl:clear_pem_cache().');
    };

    await present(authority.issue({ hosts: ['127.0.0.1'], days: [-3, -1] }));
    await redis.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    await redis.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scoreboard'`);
    await servers.rabbitmq!.ctl('close_all_connections', 'a test');
    const away = { status: 'degraded', degraded: ['postgresql', 'rabbitmq', 'redis'] };
    await eventually(async () => {
      for (const role of [api, worker]) expect((await ask(`${role.url}/health/ready`)).body).toEqual(away);
      expect((await ask(`${gateway.url}/health/ready`)).body).toEqual({ status: 'unready', degraded: ['redis', 'board'] });
      // One log line of each connection gives the reason, beside those of what failed without it.
      for (const [role, names] of [[api, ['Database', 'Redis api', 'Redis api-feed', 'Amqp publish']], [gateway, ['Redis gateway', 'Redis gateway-feed']]] as const) {
        const lines = role.output().split('\n').filter((line) => line.includes('certificate has expired'));
        const connections = lines.map((line) => /"log.logger":"([^"]+)"/.exec(line)![1]).filter((name) => name !== 'Faults');
        expect(connections.sort()).toEqual([...names].sort());
      }
    }, { everyMs: 500 });
    expect(await post(newUser())).toMatchObject({ status: 503, body: { outcome: 'refused' } });

    await present(right);
    for (const role of roles) await eventually(async () => expect((await ask(`${role.url}/health/ready`)).body).toEqual({ status: 'ready' }));
    expect(await post(newUser())).toMatchObject({ status: 201, body: { status: 'applied' } });
    await Promise.all([redis.close(), database.end()]);
  });

  it('is used in the address and curl command that the standalone prints', async () => {
    const standalone = await startStandalone({ ...served, LOG_LEVEL: 'warn' }, { ca });
    await eventually(() => expect(standalone.output()).toContain(`Page   ${standalone.url}/`));
    expect(standalone.url).toMatch(/^https:/);
    expect(standalone.output()).toMatch(new RegExp(`\ncurl --cacert '${served.TLS_CERT_FILE}' -X POST ${standalone.url}/api/scores/update -H`));
    await standalone.stop();
  });

  const post = (userId: string) =>
    ask(`${api.url}/api/scores/update`, { authorization: `Bearer ${token(userId)}`, prefer: 'wait=10' }, JSON.stringify({ userId, scoreIncrement: 1 }));

  /** Watches the board over Socket.IO and over a plain WebSocket; each list collects one text per board. */
  function watchBoth(): [string[], string[]] {
    const boards: [string[], string[]] = [[], []];
    const socket = io(`${gateway.url}/ws/scores`, { transports: ['websocket'], forceNew: true, reconnection: false, ca } as Parameters<typeof io>[1]);
    socket.on('scores:top', (board) => boards[0].push(JSON.stringify(board)));
    const plain = new WebSocket(`${gateway.url.replace('https:', 'wss:')}/ws/scores`, { ca });
    plain.on('message', (data: Buffer) => boards[1].push(data.toString()));
    sockets.push(socket, plain);
    return boards;
  }

  /** A request over a keep-alive connection, with its `socket`. */
  async function ask(url: string, headers: IncomingHttpHeaders = {}, body?: string) {
    const sent = request(url, { agent, method: body ? 'POST' : 'GET', headers: body ? { 'content-type': 'application/json', ...headers } : headers }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const socket = response.socket as TLSSocket;
    const text = (await response.toArray()).join('');
    // eslint-disable-next-line typescript/no-explicit-any
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(text) as any, socket };
  }

  const serialIn = ({ cert }: TlsFiles) => new X509Certificate(readFileSync(cert)).serialNumber;

  /** The serial number of the certificate on a new connection. */
  async function serialOf({ url }: RoleProcess): Promise<string> {
    const socket = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', ca });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  }
});
