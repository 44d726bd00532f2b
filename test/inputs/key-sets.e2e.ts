import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RoleProcess } from '@scoreboard/harness';
import { startStandalone } from '../support';
import { environment, forgedTokens, goodTokens, keySet, leftOut, tokenBy } from './key-set-rows';
import { judge, send } from './row';

const refused = { status: 401, code: 'unauthenticated', detail: 'The token is not signed with a key that is trusted here.' } as const;

/** Starts a provider with this key set; `fetches` counts its requests. */
async function provide(set: object) {
  const provider = { uri: '', fetches: 0, stop: () => undefined };
  const server = createServer((_request, response) => {
    provider.fetches++;
    response.end(JSON.stringify(set));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(provider, { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, stop });
}

const start = (uri: string) => startStandalone({ ...environment(uri), RATE_LIMIT_WRITES: '0' });
const answerTo = async (role: RoleProcess, token: string) => (await send(role.url, { headers: { Authorization: `Bearer ${token}` } }))[0]!;

/** Tokens of a provider with a realistic key set, and forged ones. */
describe('the standalone with a key set that has unusable keys', () => {
  let provider: Awaited<ReturnType<typeof provide>>;
  let role: RoleProcess;

  beforeAll(async () => {
    provider = await provide(keySet);
    role = await start(provider.uri);
  });
  afterAll(async () => {
    provider.stop();
    expect(await role.stop()).toBe(0);
  });

  it.each(goodTokens)('accepts a token %s', async (_what, signed) => {
    judge(await answerTo(role, tokenBy(signed)), { status: 201 });
  });

  it.each(forgedTokens.map(([id, what, signed], i) => [id, what, signed, i] as const))('%s: refuses %s', async (id, _what, signed) => {
    judge(await answerTo(role, tokenBy(signed)), id === 'J37' ? { ...refused, detail: 'requires an extension' } : refused);
  });

  it('fetched the set only a few times, and logged the unusable keys once', () => {
    expect(provider.fetches).toBeLessThan(5); // at the start, and at most once in 30 seconds
    const lines = role.output().split('\n').filter((line) => line.includes('cannot be used'));
    expect(lines).toHaveLength(1);
    for (const name of leftOut) expect(JSON.parse(lines[0]!)['message']).toContain(`key ${name}: `);
    expect(role.output()).not.toMatch(/"log\.level":"error"/);
  });
});

describe('the standalone with a key set without a usable key', () => {
  it('is degraded, logs the reason, and answers tokens with 503', async () => {
    const provider = await provide({ keys: keySet.keys.filter((key) => leftOut.includes(`"${key?.kid}"`) && key?.kid !== 'rs256') });
    const role = await start(provider.uri);
    try {
      expect(await (await fetch(`${role.url}/health/ready`)).json()).toEqual({ status: 'degraded', degraded: ['keys'] });
      judge(await answerTo(role, tokenBy(goodTokens[0]![1])), { status: 503, code: 'keys-unavailable' });
      expect(role.output()).toContain('the key set contains no usable key');
      expect(role.output()).toMatch(/key \\"encryption\\": its use is not sig/);
    } finally {
      provider.stop();
      expect(await role.stop()).toBe(0);
    }
  });
});
