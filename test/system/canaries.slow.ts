import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { StartFailed, type RoleName, startRole, temporaryFolder } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import { WebSocket } from 'ws';

/** A unique word that can be found wherever it is written. */
const canary = (what: string): string => `canary-${what}-${randomBytes(6).toString('hex')}`;

/** Settings of a role with a canary in each secret, and servers that are missing or answer nonsense. */
function secretSettings(port: number) {
  const [database, redis, broker, secondBroker, jwt] = ['database', 'redis', 'broker', 'second%20broker', 'jwt'].map(canary);
  const dataKey = randomBytes(32).toString('base64');
  const settings = {
    DATABASE_URL: `postgres://ann:${database}@127.0.0.1:${port}/x`,
    REDIS_URL: `redis://ann:${redis}@127.0.0.1:${port}`,
    RABBITMQ_URL: `amqp://ann:${broker}@127.0.0.1:${port},amqp://ann:${secondBroker}@127.0.0.1:${port}`,
    JWT_SECRET: `${jwt}-long-enough-for-any-key`,
    DATA_ENCRYPTION_KEYS: `2026:${dataKey}`,
  };
  return { settings, canaries: [database!, redis!, broker!, secondBroker!, decodeURIComponent(secondBroker!), jwt!, dataKey] };
}

/** Runs a role, ready or not, and returns its complete output. */
async function outputOf(role: RoleName, settings: NodeJS.ProcessEnv, readyWithinMs: number, talk: (url: string) => Promise<void>): Promise<string> {
  try {
    const running = await startRole(role, { ...settings, LOG_LEVEL: 'trace' }, { readyWithinMs });
    await talk(running.url);
    await running.stop();
    return running.output();
  } catch (error) {
    if (error instanceof StartFailed) return error.output; // a gateway without a board never becomes ready; its output is what we need
    throw error;
  }
}

/** Sends secrets to a role, in each place where a client can put one. */
async function tell(url: string, token: string, words: readonly string[]): Promise<void> {
  const [password, cookie, key, query] = words;
  const authorizations = [`Bearer ${token}`, `Bearer ${token}x`, `Basic ${Buffer.from(`game:${password}`).toString('base64')}`];
  for (const authorization of authorizations) {
    const headers = { 'authorization': authorization, 'cookie': `session=${cookie}`, 'idempotency-key': key!, 'content-type': 'application/json' };
    for (const body of ['{"userId":"ann","scoreIncrement":1}', `{"password":"${password}"`, `{"userId":"ann","scoreIncrement":1,"token":"${password}"}`]) {
      await fetch(`${url}/api/scores/update?token=${query}`, { method: 'POST', headers, body });
    }
    await fetch(`${url}/api/scores/users/ann/history?token=${query}`, { headers });
    await fetch(`${url}/api/auth/token?client_secret=${query}`, { method: 'POST', headers: { authorization }, body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'game', client_secret: password! }) });
  }
  for (const path of [`/ws/scores?token=${token}`, `/ws/scores?token=${query}`, `/nowhere?token=${query}`]) {
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers: { cookie: cookie! } });
    await Promise.race([once(socket, 'open').catch(() => undefined), once(socket, 'unexpected-response')]);
    socket.on('error', () => undefined).terminate();
  }
}

describe('the log, at any level,', () => {
  let nonsense: Server;
  beforeAll(async () => {
    nonsense = createServer((socket) => socket.on('error', () => undefined).end('no such protocol\r\n')).listen(0, '127.0.0.1');
    await once(nonsense, 'listening');
  });
  afterAll(() => void nonsense.close());

  it.each<RoleName>(['api', 'worker', 'gateway', 'standalone'])('contains no secret of the %s or its clients, while its servers are down or answer nonsense', async (role) => {
    for (const port of [1, (nonsense.address() as AddressInfo).port]) {
      const { settings, canaries } = secretSettings(port);
      const words = ['password', 'cookie', 'key', 'query'].map(canary);
      const token = sign({ sub: 'ann', scope: 'scores:write', jti: randomUUID() }, settings.JWT_SECRET, { expiresIn: '1m' });
      const output = await outputOf(role, settings, role === 'gateway' || role === 'standalone' ? 15_000 : 60_000, (url) => tell(url, token, words));
      expect(output).toMatch(/ECONNREFUSED|unavailable|cannot be reached|lost|failed/); // it logged errors
      for (const secret of [...canaries, ...words, token, token.split('.')[2]!]) expect(output).not.toContain(secret);
    }
  });

  it('contains no secret sent to a working standalone', async () => {
    const secret = `${canary('jwt')}-long-enough-for-any-key`;
    const words = ['password', 'cookie', 'key', 'query'].map(canary);
    const token = sign({ sub: 'ann', scope: 'scores:write', jti: randomUUID() }, secret, { expiresIn: '1m' });
    const output = await outputOf('standalone', { DATA_DIR: temporaryFolder('data'), JWT_SECRET: secret }, 60_000, (url) => tell(url, token, words));
    expect(output).toContain('"message":"accepted"');
    for (const word of [secret, ...words, token, token.split('.')[2]!]) expect(output).not.toContain(word);
  });
});
