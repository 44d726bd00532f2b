import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RoleProcess, type Servers, startRole, temporaryFolder } from '@scoreboard/harness';
import { describeWith, eventually, type FreshLedger, freshLedger, shareServers } from '../support';
import { succeed } from './operator-command';
import { actionToken, type Answer, get, JWT_SECRET, moderate, newUser, post, type System, token } from './system';

const moderator = { authorization: `Bearer ${token('moderator', 'scores:admin')}` };

function rulesFile(rules: readonly object[]): string {
  const file = join(temporaryFolder('rules'), 'flag-rules.json');
  writeFileSync(file, JSON.stringify(rules));
  return file;
}

/** Applies an update, as a service, or with an action token of the player. */
async function earn(system: System, userId: string, scoreIncrement: number, action?: string): Promise<void> {
  const by = action === undefined ? token('game', 'scores:write:any') : actionToken(userId, { action });
  const { status, body } = await post(system, { userId, scoreIncrement }, { authorization: `Bearer ${by}`, prefer: 'wait=10' });
  expect([status, body]).toEqual([201, expect.objectContaining({ status: 'applied' })]);
}
interface Flag {
  readonly id: number;
  readonly userId: string;
  readonly [field: string]: unknown;
}
const flagsOf = async (system: System, userId: string, state = 'open'): Promise<readonly Flag[]> =>
  ((await get(system, `/api/moderation/flags?state=${state}&limit=100`, moderator)).body.items as readonly Flag[]).filter((flag) => flag.userId === userId);
/** Waits for the flags of a user, and returns them. */
async function flagged(system: System, userId: string, expected: readonly object[]): Promise<readonly Flag[]> {
  await eventually(async () => expect(await flagsOf(system, userId)).toMatchObject(expected));
  return flagsOf(system, userId);
}
const decide = (system: System, id: number, what: string, body: unknown = {}, as = 'mod-1') => moderate(system, 'POST', `flags/${id}/${what}`, body, { authorization: `Bearer ${token(as, 'scores:admin')}` });
const isRunning = async (url: string) => {
  const { items } = (await (await fetch(`${url}/api/operator/consumers`, { headers: moderator })).json()) as { items: readonly { consumer: string; isRunning: boolean }[] };
  return items.some((found) => found.consumer === 'flag-rules' && found.isRunning);
};

describe('suspicious points, on a standalone with rules', () => {
  const FLAG_RULES_FILE = rulesFile([
    { id: 'burst', kind: 'rate', seconds: 600, maxUpdates: 8, weight: 3 },
    { id: 'rich', kind: 'rate', seconds: 600, maxPoints: 500, actions: ['kill'], weight: 4 },
    { id: 'leap', kind: 'jump', timesOwn: 10, atLeast: 50, weight: 9, effect: 'hold' },
    { id: 'level-time', kind: 'interval', seconds: 60, actions: ['level-*'], weight: 5 },
  ]);
  let ledger: FreshLedger;
  let role: RoleProcess;
  let system: System;
  const start = async () => {
    role = await startRole('standalone', { ...ledger.settings, JWT_SECRET, FLAG_RULES_FILE, RATE_LIMIT_READS: '0', LOG_LEVEL: 'warn' });
    system = { apis: [role.url], gateways: [], stop: async () => undefined };
    await eventually(async () => expect(await isRunning(role.url)).toBe(true));
  };
  beforeAll(async () => {
    ledger = await freshLedger();
    await start();
  });
  afterAll(async () => {
    await role?.kill();
    await ledger?.drop();
  });

  it('marks more updates within a time than a rule allows, and not as many', async () => {
    const ann = newUser('ann');
    for (let i = 0; i < 8; i++) await earn(system, ann, 1);
    const bob = newUser('bob');
    for (let i = 0; i < 9; i++) await earn(system, bob, 1);
    await flagged(system, bob, [{ rule: 'burst', weight: 3, holds: false, state: 'open', updates: 1, points: 1, reason: '9 updates within 600 s (at most 8)', settled: null }]);
    expect(await flagsOf(system, ann)).toEqual([]);
    await earn(system, bob, 2);
    await flagged(system, bob, [{ rule: 'burst', updates: 2, points: 3 }]);
  });

  it('marks more points of an action than a rule allows, and not as many', async () => {
    const ann = newUser('ann');
    for (let i = 0; i < 5; i++) await earn(system, ann, 100);
    const bob = newUser('bob');
    for (let i = 0; i < 5; i++) await earn(system, bob, 50, 'kill');
    const cid = newUser('cid');
    const website = (userId: string, points: number) => post(system, { userId, scoreIncrement: points }, { authorization: `Bearer ${actionToken(userId, { action: 'kill', max_increment: 600 })}`, prefer: 'wait=10' });
    expect((await website(bob, 250)).status).toBe(201);
    expect((await website(cid, 501)).status).toBe(201);
    await flagged(system, cid, [{ rule: 'rich', points: 501, reason: '501 points within 600 s (at most 500)' }]);
    expect(await flagsOf(system, bob)).toEqual([]);
    expect(await flagsOf(system, ann)).toEqual([]);
  });

  it('marks an action that comes again sooner than it takes', async () => {
    const ann = newUser('ann');
    await earn(system, ann, 1, 'level-7');
    await earn(system, ann, 1, 'level-8');
    await earn(system, ann, 1, 'kill');
    await earn(system, ann, 1, 'kill');
    await earn(system, ann, 1, 'level-7');
    await flagged(system, ann, [{ rule: 'level-time', updates: 1, reason: expect.stringMatching(/^level-7 again after [\d.]+ s \(at least 60\)$/) }]);
  });

  /** A player with five small updates and a leap, and the flag of it. */
  async function leaper(): Promise<{ readonly ann: string; readonly flag: Flag }> {
    const ann = newUser('ann');
    for (let i = 0; i < 5; i++) await earn(system, ann, 6);
    await earn(system, ann, 60);
    await earn(system, ann, 61);
    const [flag] = await flagged(system, ann, [{ rule: 'leap', holds: true, points: 61, reason: "61 points at once, and the median of the player's updates is 6 (at most 10 times that)" }]);
    return { ann, flag: flag! };
  }
  const boardOf = async () => ((await get(system, '/api/scores/top?limit=100')).body as { userId: string }[]).map(({ userId }) => userId);
  const ownScore = (userId: string) => get(system, `/api/scores/users/${userId}`, { authorization: `Bearer ${token(userId)}` });

  it('holds a player with a leap: the player sees the score, boards do not, until a moderator clears the flag', async () => {
    const { ann, flag } = await leaper();
    expect(await boardOf()).not.toContain(ann);
    expect((await ownScore(ann)).body).toMatchObject({ score: 151, rank: null });
    expect((await get(system, `/api/scores/users/${ann}`)).status).toBe(404);
    expect((await get(system, '/api/moderation/hidden', moderator)).body.items[0]).toMatchObject({ userId: ann, reason: 'held by rule leap', by: 'rule:leap' });
    const cleared = await decide(system, flag.id, 'clear', { reason: 'a good player' });
    expect(cleared).toMatchObject({ status: 200, body: { updates: 0, points: 0, flag: { id: flag.id, state: 'cleared', settled: { by: 'mod-1', note: 'a good player' } } } });
    expect(await boardOf()).toContain(ann);
    expect(await flagsOf(system, ann, 'cleared')).toMatchObject([{ id: flag.id }]);
    const reopened = await decide(system, flag.id, 'reopen');
    expect(reopened).toMatchObject({ status: 200, body: { flag: { state: 'open' } } });
    expect(await boardOf()).not.toContain(ann);
    await decide(system, flag.id, 'clear', undefined);
    expect(await boardOf()).toContain(ann);
  });

  it('takes the points back, brings them back when that is undone, and records each act', async () => {
    const { ann, flag } = await leaper();
    expect((await decide(system, flag.id, 'take-back')).body).toMatchObject({ updates: 1, points: 61, flag: { state: 'confirmed' } });
    expect((await ownScore(ann)).body.score).toBe(90);
    expect(await boardOf()).toContain(ann);
    expect((await decide(system, flag.id, 'reopen', { reason: 'the wrong one' })).body).toMatchObject({ updates: 1, points: 61, flag: { state: 'open' } });
    expect((await ownScore(ann)).body).toMatchObject({ score: 151, rank: null });
    const week = (await get(system, `/api/boards/week/users/${ann}`, { authorization: `Bearer ${token(ann)}` })).body;
    expect(week).toMatchObject({ score: 151 });
    const { items } = (await get(system, `/api/moderation/audit?target=${ann}`, moderator)).body as { items: Record<string, unknown>[] };
    expect(items.map(({ act, actor, reason }) => [act, actor, reason])).toEqual([
      ['hold', 'rule:leap', 'held by rule leap'],
      ['flag.reopen', 'mod-1', 'the wrong one'],
      ['flag.take-back', 'mod-1', 'suspicious points'],
      ['hold', 'rule:leap', 'held by rule leap'],
    ]);
    // The points that came back are not judged again.
    await earn(system, ann, 1);
    await flagged(system, ann, [{ id: flag.id, updates: 1 }]);
  });

  it('lets one of two moderators decide at the same time, and says to the other who did', async () => {
    const { ann, flag } = await leaper();
    const both = await Promise.all([decide(system, flag.id, 'clear', {}, 'mod-1'), decide(system, flag.id, 'take-back', {}, 'mod-2')]);
    const [won, lost] = [...both].sort((a, b) => a.status - b.status) as [Answer, Answer];
    expect([won.status, lost.status, lost.body.type]).toEqual([200, 422, 'urn:scoreboard:problem:flag-settled']);
    const { by } = won.body.flag.settled;
    expect(lost.body.detail).toMatch(new RegExp(`^The flag was (cleared|confirmed, and its points were taken back) by ${by} at .*Z\\. Nothing was changed\\.$`));
    expect((await ownScore(ann)).body.score).toBe(by === 'mod-1' ? 151 : 90);
    // Who repeats a decision gets its result again.
    expect((await decide(system, flag.id, by === 'mod-1' ? 'clear' : 'take-back', {}, by)).body).toMatchObject({ updates: 0, points: 0, flag: { settled: { by } } });
    expect((await decide(system, flag.id, 'reopen', {}, 'mod-3')).status).toBe(200);
    expect((await decide(system, flag.id, 'reopen', {}, 'mod-1')).body.detail).toMatch(/^The flag is open by mod-3 at|^The flag is open/);
  });

  it('tells the changes of flags as ledger events', async () => {
    const { ann, flag } = await leaper();
    await decide(system, flag.id, 'take-back');
    await decide(system, flag.id, 'reopen');
    const { items } = (await get(system, '/api/events?types=player.flagged,flag.cleared,flag.confirmed,flag.reopened&limit=1000', { authorization: `Bearer ${token('warehouse', 'events:read')}` })).body as { items: Record<string, unknown>[] };
    const own = items.filter(({ userId }) => userId === ann);
    expect(own.map(({ type }) => type)).toEqual(['player.flagged', 'flag.confirmed', 'flag.reopened']);
    expect(own[0]).toMatchObject({ flag: flag.id, rule: 'leap', weight: 9, holds: true, reason: flag.reason });
  });

  it('lists flags in pages, the heaviest first', async () => {
    const weights: number[] = [];
    for (let cursor = '', isFirst = true; isFirst || cursor; isFirst = false) {
      const { body } = await get(system, `/api/moderation/flags?limit=2${cursor && `&cursor=${cursor}`}`, moderator);
      weights.push(...body.items.map(({ weight }: { weight: number }) => weight));
      cursor = body.next ?? '';
    }
    expect(weights.length).toBeGreaterThan(3);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });

  it('refuses what it cannot do, with a reason', async () => {
    const refusal = ({ status, body }: Answer) => [status, body.type?.replace('urn:scoreboard:problem:', ''), ...(body.errors ?? []).map(({ path, message }: Record<string, string>) => `${path} ${message}`)];
    expect(refusal(await get(system, '/api/moderation/flags'))).toEqual([401, 'unauthenticated']);
    expect(refusal(await get(system, '/api/moderation/flags', { authorization: `Bearer ${token('eve')}` }))).toEqual([403, 'insufficient-scope']);
    expect(refusal(await get(system, '/api/moderation/flags?state=old&limit=0&cursor=x', moderator))).toEqual([400, 'invalid-request', 'state must be one of open, cleared, confirmed', 'limit must be a whole number from 1 to 100', 'cursor must be the value of next from an earlier page']);
    for (const what of ['clear', 'take-back', 'reopen']) {
      expect(refusal(await moderate(system, 'POST', `flags/1/${what}`, {}, { authorization: `Bearer ${token('eve')}` }))).toEqual([403, 'insufficient-scope']);
      expect(refusal(await decide(system, 999_999, what))).toEqual([404, 'unknown-flag']);
      expect(refusal(await decide(system, 0, what))).toEqual([400, 'invalid-request', 'id must be the id of a flag']);
      expect(refusal(await decide(system, 1, what, { reason: '' }))).toEqual([400, 'invalid-request', 'reason must be 1 to 500 characters, without control characters']);
      expect(refusal(await decide(system, 1, what, { note: 'x' }))).toEqual([400, 'invalid-request', 'note is not a known field']);
    }
  });

  it('shows how many wait to Prometheus', async () => {
    const metrics = await (await fetch(`${role.url}/metrics`)).text();
    const { body } = await get(system, '/api/moderation/flags?limit=100', moderator);
    expect(metrics).toMatch(new RegExp(`^scoreboard_open_flags(\\{[^}]*\\})? ${body.items.length}$`, 'm'));
  });

  it('judges each update once, although the process is killed in between', async () => {
    const bob = newUser('bob');
    for (let i = 0; i < 12; i++) await earn(system, bob, 1);
    await role.kill();
    await start();
    await earn(system, bob, 1);
    const [flag] = await flagged(system, bob, [{ rule: 'burst', updates: 5, points: 5 }]);
    expect(flag!.reason).toBe('9 updates within 600 s (at most 8)');
  });

  it('forgets the flags of a person', async () => {
    const { ann, flag } = await leaper();
    expect(await succeed({ ...ledger.settings, JWT_SECRET }, 'forget', ann, '--yes')).toMatch(/forgotten-/);
    expect((await decide(system, flag.id, 'clear')).status).toBe(404);
  });
});

describe('a bad file of rules', () => {
  it('stops the start with exit code 78 and one line for each fault', async () => {
    const file = rulesFile([{ id: 'a', kind: 'rate', seconds: 0, maxUpdates: 3 }, { id: 'a', kind: 'jump' }]);
    await expect(startRole('standalone', { JWT_SECRET, FLAG_RULES_FILE: file })).rejects.toMatchObject({
      exitCode: 78,
      output: `FLAG_RULES_FILE: ${file}: 0.seconds must be a number from 1 to 86400\nFLAG_RULES_FILE: ${file}: 1.timesOwn is required, or timesBoard\nFLAG_RULES_FILE: ${file}: 1.id is the id of another rule\n`,
    });
  });
});

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'suspicious points, with two workers', () => {
  let servers: Servers;
  let api: RoleProcess;
  let workers: RoleProcess[] = [];
  let system: System;
  let env: NodeJS.ProcessEnv;
  const burst = { id: 'burst', kind: 'rate', seconds: 3_600, maxUpdates: 5 };

  beforeAll(async () => {
    servers = await shareServers('flags');
    const { postgres, redis, rabbitmq } = servers.urls;
    env = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, RATE_LIMIT_READS: '0', RATE_LIMIT_WRITES: '0', ADMIN_DESK: 'true', LOG_LEVEL: 'warn', FLAG_RULES_FILE: rulesFile([burst, { ...burst, id: 'hold', maxUpdates: 20, effect: 'hold' }]) };
    await succeed(env, 'migrate');
    workers = await Promise.all([startRole('worker', env), startRole('worker', env)]);
    api = await startRole('api', env);
    system = { apis: [api.url], gateways: [], stop: async () => undefined };
    await eventually(async () => expect(await isRunning(api.url)).toBe(true));
  });
  afterAll(async () => {
    await Promise.all([api, ...workers].map((role) => role?.stop()));
    await servers?.stop();
  });

  it('judges each update once, in one of them, and continues in the other one after a kill', async () => {
    const users = Array.from({ length: 10 }, () => newUser());
    const batch = () => {
      const updates = users.flatMap((userId) => Array.from({ length: 10 }, () => ({ userId, scoreIncrement: 1, idempotencyKey: randomUUID() })));
      return fetch(`${api.url}/api/scores/updates`, { method: 'POST', headers: { 'authorization': `Bearer ${token('game', 'scores:write:any')}`, 'content-type': 'application/json' }, body: JSON.stringify({ updates }) });
    };
    expect((await batch()).status).toBe(200);
    // The one that judges knows how far behind it is.
    const judges = await Promise.all(workers.map(async ({ url }) => (await (await fetch(`${url}/metrics`)).text()).includes('scoreboard_consumer_lag_seconds{consumer="flag-rules"')));
    expect(judges.filter(Boolean)).toHaveLength(1);
    await workers.splice(judges.indexOf(true), 1)[0]!.kill();
    for (let i = 0; i < 2; i++) expect((await batch()).status).toBe(200);
    for (const userId of users) {
      await eventually(async () => expect((await flagsOf(system, userId)).map(({ rule, updates, points }) => [rule, updates, points]).sort()).toEqual([['burst', 25, 25], ['hold', 10, 10]]));
    }
    await eventually(async () => expect((await get(system, '/api/scores/top')).body).toEqual([]));
    const { items } = (await get(system, '/api/events?types=player.flagged&limit=1000', { authorization: `Bearer ${token('warehouse', 'events:read')}` })).body as { items: readonly { userId: string; rule: string }[] };
    expect(items.map(({ userId, rule }) => `${userId} ${rule}`).sort()).toEqual(users.flatMap((userId) => [`${userId} burst`, `${userId} hold`]).sort());
  });
});
