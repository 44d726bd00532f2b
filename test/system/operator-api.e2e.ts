import { randomUUID } from 'node:crypto';
import type { RoleProcess } from '@scoreboard/harness';
import { startRole } from '@scoreboard/harness';
import { describeWith, type FreshLedger, freshLedger } from '../support';
import { setAsideIn } from '../page/set-aside';
import { JWT_SECRET, newUser, token } from './system';

const MAX = Number.MAX_SAFE_INTEGER;
const PATHS = ['GET /api/moderation/audit', 'GET /api/operator/dead-letters', 'POST /api/operator/dead-letters/replay', 'POST /api/operator/dead-letters/drop', 'GET /api/operator/consumers', 'GET /api/operator/consumers/mailer/set-aside', 'POST /api/operator/consumers/mailer/retry', 'POST /api/operator/consumers/mailer/drop', 'GET /api/operator/clients'];

describeWith('TEST_DATABASE_URL', 'the API of the desk, on a standalone', () => {
  let ledger: FreshLedger;
  let role: RoleProcess;
  const start = (settings: NodeJS.ProcessEnv = {}) => startRole('standalone', { ...ledger.settings, JWT_SECRET, MAX_SCORE_INCREMENT: String(MAX), RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn', ...settings });
  beforeAll(async () => {
    ledger = await freshLedger();
    role = await start();
  });
  afterAll(async () => {
    await role?.kill();
    await ledger?.drop();
  });

  async function call(method: string, path: string, { body, as = 'mod-1', scope = 'scores:admin' }: { body?: unknown; as?: string; scope?: string } = {}) {
    const headers = { authorization: `Bearer ${token(as, scope)}`, ...(body !== undefined && { 'content-type': 'application/json' }), 'prefer': 'wait=10' };
    const response = await fetch(role.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }
  const read = async (path: string) => (await call('GET', path)).body;
  /** An update that can never be applied: the total would be too high. */
  async function makeLetter(): Promise<string> {
    const userId = newUser();
    const raise = () => call('POST', '/api/scores/update', { body: { userId, scoreIncrement: MAX }, as: 'game', scope: 'scores:write:any' });
    expect((await raise()).status).toBe(201);
    const refused = await raise();
    expect([refused.status, refused.body.reason]).toEqual([422, 'total-limit']);
    return refused.body.commandId;
  }

  it.each(PATHS)('%s requires scores:admin', async (operation) => {
    const [method, path] = operation.split(' ') as [string, string];
    const body = method === 'POST' ? { all: true, dryRun: true } : undefined;
    expect((await fetch(role.url + path, { method })).status).toBe(401);
    const refused = await call(method, path, { body, scope: 'scores:write:any' });
    expect([refused.status, refused.body.type]).toEqual([403, 'urn:scoreboard:problem:insufficient-scope']);
    const { status, headers } = await call(method, path, { body });
    expect(status).toBe(200);
    if (method === 'GET') expect(headers.get('cache-control')).toBe('no-store');
  });

  it('finds entries of the audit trail by act, actor, target and time, in pages', async () => {
    const [ann, bob] = [newUser('ann'), newUser('bob')];
    const began = new Date().toISOString();
    for (const userId of [ann, bob]) expect((await call('PUT', `/api/moderation/hidden/${userId}`, { body: { reason: `hides ${userId}` } })).status).toBe(204);
    expect((await call('DELETE', `/api/moderation/hidden/${ann}`, { body: { reason: 'a person' }, as: 'mod-2' })).status).toBe(204);
    const found = await read(`/api/moderation/audit?target=${ann}`);
    expect(found).toEqual({
      items: [
        { id: expect.any(String), at: expect.any(String), act: 'unhide', actor: 'mod-2', target: ann, reason: 'a person', address: '127.0.0.1' },
        { id: expect.any(String), at: expect.any(String), act: 'hide', actor: 'mod-1', target: ann, reason: `hides ${ann}`, address: '127.0.0.1' },
      ],
      next: null,
    });
    expect((await read(`/api/moderation/audit?act=hide&actor=mod-1&from=${began}`)).items.map(({ target }: { target: string }) => target)).toEqual([bob, ann]);
    expect((await read(`/api/moderation/audit?to=${began}&target=${ann}`)).items).toEqual([]);
    const first = await read(`/api/moderation/audit?limit=1&target=${ann}`);
    const second = await read(`/api/moderation/audit?limit=1&target=${ann}&cursor=${first.next}`);
    expect([...first.items, ...second.items]).toEqual(found.items);
    expect(second.next).toBeNull();
  });

  it.each(['limit=0', 'limit=101', 'cursor=x', 'cursor=MQ', 'from=yesterday', 'act=', 'act=a&act=b', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'])('refuses the query %s of the audit trail', async (query) => {
    expect(await call('GET', `/api/moderation/audit?${query}`)).toMatchObject({ status: 400, body: { type: 'urn:scoreboard:problem:invalid-request', errors: [expect.anything()] } });
  });

  it('lists dead letters, replays them, and drops exactly as many as were confirmed; each act is in the audit trail', async () => {
    const [one, two] = [await makeLetter(), await makeLetter()];
    const list = () => read('/api/operator/dead-letters');
    expect(await list()).toMatchObject({ total: 2, items: [{ reason: 'total-limit', commandId: one, content: expect.stringContaining(one) }, { commandId: two }] });
    expect(await read('/api/operator/dead-letters?limit=1')).toMatchObject({ total: 2, items: [{ commandId: one }] });
    const change = async (what: string, body: object, as?: string) => call('POST', `/api/operator/dead-letters/${what}`, { body, as });
    expect((await change('replay', { commandId: one, dryRun: true })).body).toEqual({ letters: 1 });
    expect((await change('replay', { commandId: one })).body).toEqual({ letters: 1 });
    expect((await change('replay', { commandId: randomUUID() })).body).toEqual({ letters: 0 });
    for (const body of [{}, { all: true, commandId: one }, { all: false }, { all: true, force: true }]) expect((await change('replay', body)).status).toBe(400);
    expect(await change('drop', { commandId: two })).toMatchObject({ status: 400, body: { errors: [{ path: 'expected' }] } });
    expect(await change('drop', { commandId: two, expected: 2 })).toMatchObject({ status: 422, body: { type: 'urn:scoreboard:problem:count-changed', detail: 'expected is 2, but it would be 1 now. Nothing was dropped.' } });
    const answers = await Promise.all(['mod-1', 'mod-2'].map((as) => change('drop', { commandId: two, expected: 1 }, as)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    const acts = (await read(`/api/moderation/audit?target=${two}`)).items as { act: string; actor: string; details: unknown; address: string }[];
    expect(acts).toMatchObject([{ act: 'dead-letters.drop', actor: expect.stringMatching(/^mod-/), details: { found: 1 }, address: '127.0.0.1' }]);
    expect((await read(`/api/moderation/audit?target=${one}`)).items).toMatchObject([{ act: 'dead-letters.replay', actor: 'mod-1' }]);
  });

  it('lists consumers, and retries and drops what they set aside', async () => {
    await setAsideIn(ledger.settings.DATABASE_URL!, 'webhook:shop', [1, 2, 3]);
    expect((await read('/api/operator/consumers')).items).toContainEqual({ consumer: 'webhook:shop', position: '2-3', isRunning: false, failures: 0, setAside: 3 });
    const path = '/api/operator/consumers/webhook:shop';
    expect((await read(`${path}/set-aside`)).items[0]).toEqual({ event: '2-1', type: 'score.applied', tries: 20, problem: 'status 500', at: expect.any(String), retry: false });
    const change = (what: string, body: object) => call('POST', `${path}/${what}`, { body });
    expect((await change('retry', { event: '2-1' })).body).toEqual({ events: 1 });
    expect((await read(`${path}/set-aside`)).items.map(({ retry }: { retry: boolean }) => retry)).toEqual([true, false, false]);
    expect((await change('retry', { event: '9-9' })).body).toEqual({ events: 0 });
    expect((await change('drop', { all: true })).status).toBe(400);
    expect(await change('drop', { all: true, expected: 2 })).toMatchObject({ status: 422, body: { type: 'urn:scoreboard:problem:count-changed' } });
    expect((await change('drop', { all: true, expected: 3 })).body).toEqual({ events: 3 });
    expect((await read(`${path}/set-aside`)).items).toEqual([]);
    expect((await read('/api/moderation/audit?target=webhook:shop')).items).toMatchObject([
      { act: 'consumers.drop', actor: 'mod-1', details: { found: 3, event: 'all' } },
      { act: 'consumers.retry', details: { found: 1, event: '2-1' } },
    ]);
  });

  it('has none of it where the desk is switched off', async () => {
    await role.kill();
    role = await start({ ADMIN_DESK: 'false' });
    for (const operation of PATHS) {
      const [method, path] = operation.split(' ') as [string, string];
      expect([operation, (await call(method, path, { body: method === 'POST' ? { all: true } : undefined })).status]).toEqual([operation, 404]);
    }
    expect((await call('GET', '/api/moderation/hidden')).status).toBe(200);
  });
});
