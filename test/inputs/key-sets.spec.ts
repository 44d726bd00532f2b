import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RoleProcess, startRole, temporaryFolder } from '@scoreboard/harness';
import { environment, forgedTokens, goodTokens, keySet, leftOut, tokenBy } from './key-set-rows';
import { judge, send } from './row';

const refused = { status: 401, code: 'unauthenticated', detail: 'The token is not signed with a key that is trusted here.' } as const;

/** Tokens of a provider whose key set holds what key sets hold, and of those who would like to be the provider. */
describe('the standalone with a careless key set', () => {
  let provider: Server;
  let fetches = 0;
  let role: RoleProcess;

  beforeAll(async () => {
    provider = createServer((_request, response) => {
      fetches++;
      response.end(JSON.stringify(keySet));
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const uri = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`;
    role = await startRole('standalone', { ...environment(uri), DATA_DIR: temporaryFolder('data'), RATE_LIMIT_WRITES: '0' });
  }, 90_000);
  afterAll(async () => {
    provider.closeAllConnections();
    provider.close();
    expect(await role.stop()).toBe(0);
  });

  const answerTo = async (token: string) => (await send(role.url, { headers: { Authorization: `Bearer ${token}` } }))[0]!;

  it.each(goodTokens)('takes a token %s', async (_what, signed) => {
    judge(await answerTo(tokenBy(signed)), { status: 201 });
  });

  it.each(forgedTokens.map(([id, what, signed], i) => [id, what, signed, i] as const))('%s: refuses %s', async (id, _what, signed) => {
    judge(await answerTo(tokenBy(signed)), id === 'J37' ? { ...refused, detail: 'requires an extension' } : refused);
  });

  it('fetched the set a few times for all of them, and named once in its log what it left out', () => {
    expect(fetches).toBeLessThan(5); // at the start, and at most once in 30 seconds
    const lines = role.output().split('\n').filter((line) => line.includes('cannot be used'));
    expect(lines).toHaveLength(1);
    for (const name of leftOut) expect(JSON.parse(lines[0]!)['message']).toContain(`key ${name}: `);
    expect(role.output()).not.toMatch(/"log\.level":"error"/);
  });
});
