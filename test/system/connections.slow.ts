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
/** What the server keeps of connections that may be used again. */
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
  /** How many of them may stay. */
  readonly kept?: number;
}

/** None of these clients reads what it is answered, sends more, or closes. */
const PLAIN: readonly Kind[] = [
  { what: 'say nothing', send: '' },
  { what: 'send half a head', send: 'GET /api/scores/top HTTP/1.1\r\nHost: x\r\nX: ' },
  { what: 'send half a body', send: lines('POST /api/scores/update HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 100') + '{"user' },
  { what: 'send half a body with an upgrade', send: lines('POST /api/scores/update HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 100') + '{"user' },
  { what: 'ask for a tunnel', send: lines('CONNECT a:1 HTTP/1.1', 'Host: x') },
  { what: 'send what is no HTTP', send: 'BREW /pot HTTP/1.1\r\n\r\n' },
  { what: 'send a head that is too large', send: lines('GET / HTTP/1.1', 'Host: x', `X: ${'x'.repeat(17_000)}`) },
  { what: 'send an expectation that is unknown', send: lines('GET / HTTP/1.1', 'Host: x', 'Expect: 200-maybe') },
  { what: 'ask to close the connection and do not', send: lines('GET /api/scores/top HTTP/1.1', 'Host: x', 'Connection: close') },
  { what: 'read nothing of large answers', send: LARGE, count: 50 }, // more would take the memory of the machine
  { what: 'read nothing of large answers and ask for a WebSocket', send: LARGE + upgrade('/ws/scores', 'Origin: https://evil.example'), count: 50 },
  { what: 'ask for a WebSocket from a page that may not', send: upgrade('/ws/scores', 'Origin: https://evil.example') },
  { what: 'ask for Socket.IO from a page that may not', send: upgrade(IO, 'Origin: https://evil.example') },
  { what: 'ask for a WebSocket with a bad token', send: upgrade('/ws/scores?token=none') },
  { what: 'ask for a WebSocket in a version that is none', send: upgrade('/ws/scores').replace('Version: 13', 'Version: 1') },
  { what: 'ask for Socket.IO in a version that is none', send: upgrade('/socket.io/?EIO=9&transport=websocket') },
  { what: 'open Socket.IO and join nothing', send: upgrade(IO) },
  { what: 'ask for HTTP/2 and are answered', send: lines('GET /api/scores/top HTTP/1.1', 'Host: x', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'), kept: MOST_IDLE },
  { what: 'ask for a WebSocket where there is none and are answered', send: upgrade('/api/scores/top'), kept: MOST_IDLE },
];

const ENCRYPTED: readonly Kind[] = [
  { what: 'say nothing', send: '' },
  { what: 'send half a handshake', send: CLIENT_HELLO },
  { what: 'speak without TLS', send: lines('GET / HTTP/1.1', 'Host: x') },
];

(existsSync('/proc/self/fd') ? describe : describe.skip)('connections that their clients never close', () => {
  const clients: Socket[] = [];
  let role: RoleProcess;

  const start = (env: NodeJS.ProcessEnv = {}, options = {}) =>
    startRole('standalone', { DATA_DIR: temporaryFolder('data'), RATE_LIMIT_READS: '0', RATE_LIMIT_WRITES: '0', LOG_LEVEL: 'warn', ...env }, options);

  afterEach(() => clients.splice(0).forEach((client) => client.destroy()));

  /** Connected, with what it says sent. It ends nothing by itself, and reads nothing. */
  async function hold({ send }: Pick<Kind, 'send'>): Promise<Socket> {
    const client = connect({ host: '127.0.0.1', port: Number(new URL(role.url).port), allowHalfOpen: true }).on('error', () => undefined);
    clients.push(client);
    await once(client, 'connect');
    if (send.length) client.write(send);
    return client;
  }

  const descriptors = (): number => readdirSync(`/proc/${role.pid}/fd`).length;

  /** In ms, of a client that has nothing to do with the others. */
  async function probe(ca?: string): Promise<number> {
    const began = performance.now();
    const request = (ca ? getTls : get)(`${role.url}/health/live`, { agent: false, ca });
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    expect(response.statusCode).toBe(200);
    return performance.now() - began;
  }

  /** How long a client waits that has nothing to do with the others: the median of some. */
  async function waitOfOthers(ca?: string): Promise<number> {
    const times: number[] = [];
    for (let i = 0; i < 15; i++) times.push(await probe(ca));
    return times.sort((a, b) => a - b)[7]!;
  }

  async function expectEnd({ send, count = COUNT, kept = 0 }: Kind, ca?: string): Promise<void> {
    const before = descriptors();
    // A machine that is busy with something else is granted as much more as it needs without these clients.
    const patience = Math.max(1, (await waitOfOthers(ca)) / 25);
    for (let i = 0; i < count; i += 100) await Promise.all(Array.from({ length: Math.min(100, count - i) }, () => hold({ send })));
    const opened = performance.now();
    expect(await waitOfOthers(ca)).toBeLessThan(OTHERS_WITHIN_MS * patience);
    await eventually(() => expect(descriptors()).toBeLessThanOrEqual(before + kept + 3), { withinMs: BACK_WITHIN_MS * patience - (performance.now() - opened), everyMs: 100 });
  }

  describe('without TLS', () => {
    beforeAll(async () => {
      role = await start();
    }, 90_000);
    afterAll(() => role.stop());

    it.each(PLAIN)('that $what are ended within 15 s, and others are served meanwhile', (kind) => expectEnd(kind), 60_000);

    it('warns of nothing', () => expect(role.output()).not.toMatch(/Warning|"log\.level":"(?:warn|error|fatal)"/));
  });

  describeWith(['TEST_OPENSSL'], 'with TLS', () => {
    let files: TlsFiles;
    let ca: string;
    beforeAll(async () => {
      files = new Authority().issue({ hosts: ['127.0.0.1'] });
      ca = readFileSync(files.ca, 'utf8');
      role = await start({ TLS_CERT_FILE: files.cert, TLS_KEY_FILE: files.key }, { ca });
    }, 90_000);
    afterAll(() => role.stop());

    it.each(ENCRYPTED)('that $what are ended within 15 s, and others are served meanwhile', (kind) => expectEnd(kind, ca), 60_000);

    it('that send their handshake a byte at a time have ten seconds for all of it', async () => {
      const client = await hold({ send: CLIENT_HELLO });
      const began = performance.now();
      const trickling = setInterval(() => client.write('\0'), 500);
      await new Promise((resolve) => client.resume().once('close', resolve));
      clearInterval(trickling);
      expect(performance.now() - began).toBeLessThan(BACK_WITHIN_MS);
    }, 30_000);

    it.each(PLAIN.slice(0, 5))('that shake hands and then $what are ended within 15 s', async ({ send }) => {
      const before = descriptors();
      const secure = Array.from({ length: 50 }, () => hold({ send: '' }).then((socket) => connectTls({ socket, ca, host: '127.0.0.1' }).on('error', () => undefined)));
      for (const client of await Promise.all(secure)) {
        await once(client, 'secureConnect');
        if (send.length) client.write(send);
      }
      expect(descriptors()).toBeGreaterThanOrEqual(before + 45);
      await eventually(() => expect(descriptors()).toBeLessThanOrEqual(before + 3), { withinMs: BACK_WITHIN_MS, everyMs: 100 });
    }, 60_000);
  });

  describe('while it is to end', () => {
    it('does not wait for clients that owe it something', async () => {
      role = await start();
      const kinds = PLAIN.filter(({ count }) => !count);
      for (const kind of kinds) await Promise.all(Array.from({ length: 20 }, () => hold(kind)));
      const began = performance.now();
      expect(await role.stop()).toBe(0);
      expect(performance.now() - began).toBeLessThan(4_500);
      expect(role.output()).not.toContain('not drained in time');
    }, 90_000);
  });

  describe('where few files may be open', () => {
    it('serves newcomers in place of those that are silent', async () => {
      role = await start({ MAX_CONNECTIONS: '100' }, { launcher: ['sh', '-c', 'ulimit -n 400; exec "$@"', 'sh'] });
      const kinds = PLAIN.slice(0, 4);
      for (const kind of kinds) {
        const patience = Math.max(1, (await waitOfOthers()) / 25);
        await Promise.all(Array.from({ length: 250 }, () => hold(kind)));
        expect(await waitOfOthers()).toBeLessThan(OTHERS_WITHIN_MS * patience);
      }
      expect(await role.stop()).toBe(0);
    }, 90_000);
  });
});
