import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { get as getTls } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Authority, type RoleProcess, startRole, temporaryFolder, type TlsFiles } from '@scoreboard/harness';
import { describeWith, eventually } from '../support';

const COUNT = 1_000;
const BACK_WITHIN_MS = 15_000;
const OTHERS_WITHIN_MS = 100;
/** How many idle keep-alive connections the server keeps. */
const MOST_IDLE = 200;

const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`;
const upgrade = (path: string, ...more: string[]): string =>
  lines(`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', ...more);
const IO = '/socket.io/?EIO=4&transport=websocket';
const LARGE = lines('GET /docs/swagger-ui-bundle.js HTTP/1.1', 'Host: x').repeat(10);
const CLIENT_HELLO = Buffer.from('16030100a5010000a10303', 'hex');

interface Kind {
  readonly what: string;
  readonly send: string | Buffer;
  readonly count?: number;
  /** How many of them may stay open. */
  readonly kept?: number;
}

/** None of these clients reads its answer, sends more, or closes the connection. */
const PLAIN: readonly Kind[] = [
  { what: 'send nothing', send: '' },
  { what: 'send half of the headers', send: 'GET /api/scores/top HTTP/1.1\r\nHost: x\r\nX: ' },
  { what: 'send half a body', send: lines('POST /api/scores/update HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 100') + '{"user' },
  { what: 'send half a body with an upgrade', send: lines('POST /api/scores/update HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 100') + '{"user' },
  { what: 'send CONNECT', send: lines('CONNECT a:1 HTTP/1.1', 'Host: x') },
  { what: 'send malformed HTTP', send: 'BREW /pot HTTP/1.1\r\n\r\n' },
  { what: 'send headers that are too large', send: lines('GET / HTTP/1.1', 'Host: x', `X: ${'x'.repeat(17_000)}`) },
  { what: 'send an unknown expectation', send: lines('GET / HTTP/1.1', 'Host: x', 'Expect: 200-maybe') },
  { what: 'ask to close the connection but do not close it', send: lines('GET /api/scores/top HTTP/1.1', 'Host: x', 'Connection: close') },
  { what: 'do not read large answers', send: LARGE, count: 50 }, // more would exhaust the memory of the machine
  { what: 'do not read large answers and ask for a WebSocket', send: LARGE + upgrade('/ws/scores', 'Origin: https://evil.example'), count: 50 },
  { what: 'ask for a WebSocket from a foreign origin', send: upgrade('/ws/scores', 'Origin: https://evil.example') },
  { what: 'ask for Socket.IO from a foreign origin', send: upgrade(IO, 'Origin: https://evil.example') },
  { what: 'ask for a WebSocket with a bad token', send: upgrade('/ws/scores?token=none') },
  { what: 'ask for an unsupported WebSocket version', send: upgrade('/ws/scores').replace('Version: 13', 'Version: 1') },
  { what: 'ask for an unsupported Socket.IO version', send: upgrade('/socket.io/?EIO=9&transport=websocket') },
  { what: 'open Socket.IO and join no namespace', send: upgrade(IO) },
  { what: 'ask for HTTP/2 and are answered over HTTP/1.1', send: lines('GET /api/scores/top HTTP/1.1', 'Host: x', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'), kept: MOST_IDLE },
  { what: 'ask for a WebSocket on another path and are answered', send: upgrade('/api/scores/top'), kept: MOST_IDLE },
];

const ENCRYPTED: readonly Kind[] = [
  { what: 'send nothing', send: '' },
  { what: 'send half a handshake', send: CLIENT_HELLO },
  { what: 'send plain HTTP', send: lines('GET / HTTP/1.1', 'Host: x') },
];

(existsSync('/proc/self/fd') ? describe : describe.skip)('connections that their clients never close', () => {
  const clients: Socket[] = [];
  let role: RoleProcess;

  const start = (env: NodeJS.ProcessEnv = {}, options = {}) =>
    startRole('standalone', { DATA_DIR: temporaryFolder('data'), RATE_LIMIT_READS: '0', RATE_LIMIT_WRITES: '0', LOG_LEVEL: 'warn', ...env }, options);

  afterEach(() => clients.splice(0).forEach((client) => client.destroy()));

  /** Connects and sends. Never closes by itself, and never reads. */
  async function hold({ send }: Pick<Kind, 'send'>): Promise<Socket> {
    const client = connect({ host: '127.0.0.1', port: Number(new URL(role.url).port), allowHalfOpen: true }).on('error', () => undefined);
    clients.push(client);
    await once(client, 'connect');
    if (send.length) client.write(send);
    return client;
  }

  const descriptors = (): number => readdirSync(`/proc/${role.pid}/fd`).length;

  /** The response time of an unrelated client, in ms. */
  async function probe(ca?: string): Promise<number> {
    const began = performance.now();
    const request = (ca ? getTls : get)(`${role.url}/health/live`, { agent: false, ca });
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    expect(response.statusCode).toBe(200);
    return performance.now() - began;
  }

  /** The median response time of an unrelated client. */
  async function waitOfOthers(ca?: string): Promise<number> {
    const times: number[] = [];
    for (let i = 0; i < 15; i++) times.push(await probe(ca));
    return times.sort((a, b) => a - b)[7]!;
  }

  async function expectEnd({ send, count = COUNT, kept = 0 }: Kind, ca?: string): Promise<void> {
    const before = descriptors();
    // A busy machine is granted the extra time that it needs without these clients.
    const patience = Math.max(1, (await waitOfOthers(ca)) / 25);
    for (let i = 0; i < count; i += 100) await Promise.all(Array.from({ length: Math.min(100, count - i) }, () => hold({ send })));
    const opened = performance.now();
    expect(await waitOfOthers(ca)).toBeLessThan(OTHERS_WITHIN_MS * patience);
    await eventually(() => expect(descriptors()).toBeLessThanOrEqual(before + kept + 3), { withinMs: BACK_WITHIN_MS * patience - (performance.now() - opened), everyMs: 100 });
  }

  describe('without TLS', () => {
    beforeAll(async () => {
      role = await start();
    });
    afterAll(() => role.stop());

    it.each(PLAIN)('that $what are closed within 15 s, while others are served', (kind) => expectEnd(kind));

    it('cause no warning', () => expect(role.output()).not.toMatch(/Warning|"log\.level":"(?:warn|error|fatal)"/));
  });

  describeWith(['TEST_OPENSSL'], 'with TLS', () => {
    let files: TlsFiles;
    let ca: string;
    beforeAll(async () => {
      files = new Authority().issue({ hosts: ['127.0.0.1'] });
      ca = readFileSync(files.ca, 'utf8');
      role = await start({ TLS_CERT_FILE: files.cert, TLS_KEY_FILE: files.key }, { ca });
    });
    afterAll(() => role.stop());

    it.each(ENCRYPTED)('that $what are closed within 15 s, while others are served', (kind) => expectEnd(kind, ca));

    it('that send their handshake byte by byte have ten seconds in total', async () => {
      const client = await hold({ send: CLIENT_HELLO });
      const began = performance.now();
      const trickling = setInterval(() => client.write('\0'), 500);
      await new Promise((resolve) => client.resume().once('close', resolve));
      clearInterval(trickling);
      expect(performance.now() - began).toBeLessThan(BACK_WITHIN_MS);
    });

    it.each(PLAIN.slice(0, 5))('that complete the handshake and then $what are closed within 15 s', async ({ send }) => {
      const before = descriptors();
      const secure = Array.from({ length: 50 }, () => hold({ send: '' }).then((socket) => connectTls({ socket, ca, host: '127.0.0.1' }).on('error', () => undefined)));
      for (const client of await Promise.all(secure)) {
        await once(client, 'secureConnect');
        if (send.length) client.write(send);
      }
      expect(descriptors()).toBeGreaterThanOrEqual(before + 45);
      await eventually(() => expect(descriptors()).toBeLessThanOrEqual(before + 3), { withinMs: BACK_WITHIN_MS, everyMs: 100 });
    });
  });

  describe('during shutdown', () => {
    it('do not delay the exit', async () => {
      role = await start();
      const kinds = PLAIN.filter(({ count }) => !count);
      for (const kind of kinds) await Promise.all(Array.from({ length: 20 }, () => hold(kind)));
      const began = performance.now();
      expect(await role.stop()).toBe(0);
      expect(performance.now() - began).toBeLessThan(4_500);
      expect(role.output()).not.toContain('not drained in time');
    });
  });

  describe('with a low limit on open files', () => {
    it('make room for new ones', async () => {
      role = await start({ MAX_CONNECTIONS: '100' }, { launcher: ['sh', '-c', 'ulimit -n 400; exec "$@"', 'sh'] });
      const kinds = PLAIN.slice(0, 4);
      for (const kind of kinds) {
        const patience = Math.max(1, (await waitOfOthers()) / 25);
        await Promise.all(Array.from({ length: 250 }, () => hold(kind)));
        expect(await waitOfOthers()).toBeLessThan(OTHERS_WITHIN_MS * patience);
      }
      expect(await role.stop()).toBe(0);
    });
  });
});
