import { randomUUID } from 'node:crypto';
import { eventually } from '../support';
import { apply, get, moderate, newUser, type System, token, watch, type Watched } from './system';

const bearer = (userId: string, scope?: string) => ({ authorization: `Bearer ${token(userId, scope)}` });

/** Reversing updates and hiding users, tested from outside. */
export function moderationSuite(current: () => System): void {
  describe('moderation', () => {
    let system: System;
    const watchers: Watched[] = [];
    beforeAll(() => {
      system = current();
    });
    afterEach(() => watchers.splice(0).forEach(({ socket }) => socket.disconnect()));

    const open = (url: string, auth?: Record<string, unknown>) => {
      const watcher = watch(url, auth);
      watchers.push(watcher);
      return watcher;
    };
    /** Creates a user who leads the board by far; returns the ids of the user's commands too. */
    async function makeLeader() {
      const { body: top } = await get(system, '/api/scores/top');
      const leader = newUser('leader');
      const commandIds: string[] = [];
      for (let score = 0; score <= (top[0]?.score ?? 0); score += 1_000) commandIds.push((await apply(system, leader, 1_000)).body.commandId);
      return { leader, commandIds, score: commandIds.length * 1_000 };
    }
    const leaderOf = (watcher: Watched) => watcher.boards().at(-1)?.entries[0];
    const history = async (userId: string) => (await get(system, `/api/scores/users/${userId}/history?limit=100`, bearer(userId))).body.items;

    it('reverses a command, and updates the board of every client', async () => {
      const { leader, commandIds, score } = await makeLeader();
      const clients = system.gateways.map((url) => open(url));
      await eventually(() => clients.forEach((client) => expect(leaderOf(client)).toEqual({ rank: 1, userId: leader, score })));

      const [commandId] = commandIds;
      const answer = await moderate(system, 'POST', 'reversals', { commandId, reason: 'scripted' });
      expect([answer.status, answer.body]).toEqual([201, { reversed: 1, points: 1_000 }]);
      const entry = { userId: leader, score: score - 1_000 };
      const shown = (client: Watched) => client.boards().at(-1)!.entries.find(({ userId }) => userId === leader) ?? { userId: leader, score: 0 };
      await eventually(() => clients.forEach((client) => expect(shown(client)).toMatchObject(entry)));

      const [newest, ...before] = await history(leader);
      expect(newest).toEqual({ commandId: expect.any(String), scoreIncrement: -1_000, scoreAfter: score - 1_000, reverses: commandId, at: expect.any(String) });
      expect(newest.commandId).not.toBe(commandId);
      expect(before).toHaveLength(commandIds.length);
      const outcome = await get(system, `/api/scores/commands/${commandId}`, bearer(leader));
      expect(outcome.body).toEqual({ commandId, status: 'applied', score: 1_000 });
    });

    it('reverses nothing more when a request is repeated, sequentially or concurrently', async () => {
      const userId = newUser();
      const { body } = await apply(system, userId, 700);
      await apply(system, userId, 1);
      const reverse = () => moderate(system, 'POST', 'reversals', { commandId: body.commandId, reason: 'twice' });
      const answers = [...(await Promise.all(Array.from({ length: 8 }, reverse))), await reverse()];
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      expect(answers.reduce((sum, answer) => sum + answer.body.reversed, 0)).toBe(1);
      expect(answers.reduce((sum, answer) => sum + answer.body.points, 0)).toBe(700);
      await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body).toMatchObject({ score: 1 }));
    });

    it("reverses all of a user's commands, or those of a time window; a user without points has no rank", async () => {
      const userId = newUser();
      for (const increment of [1, 2, 3]) await apply(system, userId, increment);
      const [, second] = await history(userId);
      const reverse = (window: object) => moderate(system, 'POST', 'reversals', { userId, reason: 'farmed', ...window });
      expect((await reverse({ from: second.at, to: new Date(Date.parse(second.at) + 1).toISOString() })).body).toEqual({ reversed: 1, points: 2 });
      expect((await reverse({ action: 'quiz' })).body).toEqual({ reversed: 0, points: 0 });
      expect((await reverse({})).body).toEqual({ reversed: 2, points: 4 });
      expect((await reverse({})).body).toEqual({ reversed: 0, points: 0 });
      const items = await history(userId);
      expect(items.reduce((sum: number, item: { scoreIncrement: number }) => sum + item.scoreIncrement, 0)).toBe(0);
      await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).status).toBe(404));
      expect((await apply(system, userId, 5)).body).toMatchObject({ score: 5 });
    });

    it('answers 404 for a command that is not applied', async () => {
      const answer = await moderate(system, 'POST', 'reversals', { commandId: randomUUID(), reason: 'a guess' });
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ type: 'urn:scoreboard:problem:unknown-command' });
    });

    it('hides a user from every board, while the user keeps earning, and shows the user again', async () => {
      const { leader, score } = await makeLeader();
      const client = open(system.gateways[0]!);
      const own = open(system.gateways.at(-1)!, { token: token(leader) });
      const mine = () => own.received.filter(({ event }) => event === 'scores:me').at(-1)?.data;
      await eventually(() => expect(leaderOf(client)).toMatchObject({ userId: leader }));
      await eventually(() => expect(mine()).toEqual({ userId: leader, score, rank: 1 }));

      const hidden = await moderate(system, 'PUT', `hidden/${leader}`, { reason: 'cheated' });
      expect([hidden.status, hidden.body]).toEqual([204, '']);
      const ofLeader = expect.objectContaining({ userId: leader });
      await eventually(() => expect(client.boards().at(-1)!.entries).not.toContainEqual(ofLeader));
      await eventually(async () => expect((await get(system, '/api/scores/top?limit=100')).body).not.toContainEqual(ofLeader));
      await eventually(() => expect(mine()).toEqual({ userId: leader, score, rank: null }));

      expect((await apply(system, leader, 10)).body).toMatchObject({ status: 'applied', score: score + 10, rank: null });
      for (const path of [`users/${leader}`, `users/${leader}/around`]) expect((await get(system, `/api/scores/${path}`)).status).toBe(404);
      const read = async (headers: Record<string, string>) => get(system, `/api/scores/users/${leader}`, headers);
      for (const who of [bearer(leader), bearer('boss', 'scores:admin')]) {
        expect((await read(who)).body).toEqual({ userId: leader, score: score + 10, rank: null, players: expect.any(Number) });
      }
      for (const who of [bearer(newUser()), { authorization: 'Bearer none' }]) expect((await read(who)).status).toBe(404);
      expect(await history(leader)).toHaveLength(score / 1_000 + 1);

      expect((await moderate(system, 'DELETE', `hidden/${leader}`, { reason: 'it was the brother' })).status).toBe(204);
      await eventually(() => expect(leaderOf(client)).toEqual({ rank: 1, userId: leader, score: score + 10 }));
      await eventually(async () => expect((await read({})).body).toEqual({ userId: leader, score: score + 10, rank: 1, players: expect.any(Number) }));
    });

    it('hides a user who has no points yet', async () => {
      const userId = newUser();
      for (let i = 0; i < 2; i++) expect((await moderate(system, 'PUT', `hidden/${userId}`, { reason: 'an impostor' })).status).toBe(204);
      expect((await apply(system, userId, 50)).body).toMatchObject({ score: 50, rank: null });
      expect((await get(system, `/api/scores/users/${userId}`)).status).toBe(404);
    });

    it.each<[what: string, query: string, request: RequestInit]>([
      ['only in the query', '?reason=a%20mistake', {}],
      ['in the query, with a body dropped by a proxy', '?reason=a+mistake', { headers: { 'content-type': 'application/json' } }],
      ['in both', '?reason=%20a+mistake', { headers: { 'content-type': 'application/json' }, body: '{"reason":"a mistake "}' }],
    ])('shows a user again with the reason %s', async (_what, query, { headers, body }) => {
      const userId = newUser();
      await moderate(system, 'PUT', `hidden/${userId}`, { reason: 'cheated' });
      const path = `${system.apis[0]}/api/moderation/hidden/${userId}${query}`;
      const answer = await fetch(path, { method: 'DELETE', headers: { ...headers, ...bearer('moderator', 'scores:admin') }, body });
      expect(answer.status).toBe(204);
      expect((await apply(system, userId, 50)).body).toMatchObject({ score: 50, rank: expect.any(Number) });
    });

    it('reports what a dry run would reverse, and reverses nothing', async () => {
      const userId = newUser();
      const { body } = await apply(system, userId, 300);
      await apply(system, userId, 20);
      const dryRun = async (what: object) => {
        const { status, body: told } = await moderate(system, 'POST', 'reversals', { reason: 'to see', dryRun: true, ...what });
        return [status, told];
      };
      expect(await dryRun({ userId })).toEqual([201, { reversed: 2, points: 320 }]);
      expect(await dryRun({ commandId: body.commandId })).toEqual([201, { reversed: 1, points: 300 }]);
      expect((await dryRun({ commandId: randomUUID() }))[0]).toBe(404);
      expect(await history(userId)).toHaveLength(2);
      expect((await apply(system, userId, 1)).body).toMatchObject({ score: 321 });
    });

    it('lists hidden users for moderators only, with time, reason and moderator, newest first and in pages', async () => {
      const users = [newUser(), newUser(), newUser()];
      for (const user of users) await moderate(system, 'PUT', `hidden/${user}`, { reason: `${user} cheated` });
      const list = (query: string, headers = bearer('boss', 'scores:admin')) => get(system, `/api/moderation/hidden${query}`, headers);
      const first = await list('?limit=2');
      expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'no-store']);
      const item = (userId: string) => ({ userId, reason: `${userId} cheated`, by: 'moderator', since: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
      expect(first.body.items).toEqual([item(users[2]!), item(users[1]!)]);
      const second = await list(`?limit=1&cursor=${first.body.next}`);
      expect(second.body.items).toEqual([item(users[0]!)]);

      await moderate(system, 'DELETE', `hidden/${users[2]}`, { reason: 'a mistake' });
      expect((await list('?limit=1')).body.items).toEqual([item(users[1]!)]);
      expect((await list('', {} as never)).status).toBe(401);
      expect((await list('?limit=0')).status).toBe(400);
      expect((await list('?cursor=x')).status).toBe(400);
      expect((await list('', bearer('game', 'scores:write:any'))).status).toBe(403);
    });

    const reversal = { commandId: randomUUID(), reason: 'x' };
    const nobody = { authorization: '' };
    it.each<[string, string, string, unknown, Record<string, string>, number]>([
      ['a reversal without a token', 'POST', 'reversals', reversal, nobody, 401],
      ['an invalid body without a token', 'POST', 'reversals', '{', nobody, 401],
      ['hiding without a token', 'PUT', 'hidden/ann', { reason: 'x' }, nobody, 401],
      ['a body that is not JSON', 'POST', 'reversals', '{', {}, 400],
      ['no body', 'PUT', 'hidden/ann', '', {}, 400],
      ['a reason only in the query of a PUT', 'PUT', 'hidden/ann?reason=x', '', {}, 400],
      ['showing without a reason', 'DELETE', 'hidden/ann', '', {}, 400],
      ['showing with a body without a reason', 'DELETE', 'hidden/ann', {}, {}, 400],
      ['showing with two reasons', 'DELETE', 'hidden/ann?reason=x', { reason: 'y' }, {}, 400],
      ['showing with two reasons in the query', 'DELETE', 'hidden/ann?reason=x&reason=x', '', {}, 400],
      ['showing with a blank reason in the query', 'DELETE', 'hidden/ann?reason=%20', '', {}, 400],
      ['showing with a reason of 501 characters in the query', 'DELETE', `hidden/ann?reason=${'x'.repeat(501)}`, '', {}, 400],
      ['showing with a zero byte in the query', 'DELETE', 'hidden/ann?reason=a%00b', '', {}, 400],
      ['showing with an unknown field beside a good reason', 'DELETE', 'hidden/ann?reason=x', { until: 'tomorrow' }, {}, 400],
      ['showing by a player, with a reason in the query', 'DELETE', 'hidden/ann?reason=x', '', bearer('ann'), 403],
      ['a list', 'POST', 'reversals', [], {}, 400],
      ['no reason', 'POST', 'reversals', { commandId: randomUUID() }, {}, 400],
      ['an empty reason', 'POST', 'reversals', { ...reversal, reason: '' }, {}, 400],
      ['a blank reason', 'PUT', 'hidden/ann', { reason: '  ' }, {}, 400],
      ['a reason of 501 characters', 'PUT', 'hidden/ann', { reason: 'x'.repeat(501) }, {}, 400],
      ['a reason with a zero byte', 'PUT', 'hidden/ann', { reason: 'a\0b' }, {}, 400],
      ['a reason with a lone surrogate', 'PUT', 'hidden/ann', '{"reason":"\\ud800"}', {}, 400],
      ['showing with a lone surrogate', 'DELETE', 'hidden/ann', '{"reason":"a\\udfffb"}', {}, 400],
      ['a reversal with a lone surrogate', 'POST', 'reversals', '{"userId":"ann","reason":"\\ud800"}', {}, 400],
      ['an action with a lone surrogate', 'POST', 'reversals', '{"userId":"ann","action":"\\ud800","reason":"x"}', {}, 400],
      ['a reason that is not a string', 'PUT', 'hidden/ann', { reason: 7 }, {}, 400],
      ['a dry run that is not a boolean', 'POST', 'reversals', { ...reversal, dryRun: 'yes' }, {}, 400],
      ['neither command nor user', 'POST', 'reversals', { reason: 'x' }, {}, 400],
      ['both command and user', 'POST', 'reversals', { ...reversal, userId: 'ann' }, {}, 400],
      ['a command with a window', 'POST', 'reversals', { ...reversal, action: 'quiz' }, {}, 400],
      ['a command id that is not a UUID', 'POST', 'reversals', { commandId: 'c0ffee', reason: 'x' }, {}, 400],
      ['an invalid time', 'POST', 'reversals', { userId: 'ann', from: 'yesterday', reason: 'x' }, {}, 400],
      ['a time without a zone', 'POST', 'reversals', { userId: 'ann', from: '2026-01-01T00:00:00', reason: 'x' }, {}, 400],
      ['a window that ends before it begins', 'POST', 'reversals', { userId: 'ann', from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z', reason: 'x' }, {}, 400],
      ['an action with a zero byte', 'POST', 'reversals', { userId: 'ann', action: '\0', reason: 'x' }, {}, 400],
      ['an unknown field', 'PUT', 'hidden/ann', { reason: 'x', until: 'tomorrow' }, {}, 400],
      ['an invalid user id', 'PUT', 'hidden/a%20b', { reason: 'x' }, {}, 400],
      ['an invalid body, before the missing scope', 'PUT', 'hidden/ann', {}, bearer('ann'), 400],
      ['a reversal by a player', 'POST', 'reversals', reversal, bearer('ann'), 403],
      ['a reversal by a service that may raise any score', 'POST', 'reversals', reversal, bearer('game', 'scores:write:any actions:issue'), 403],
      ["hiding by a player, though it is the player's own name", 'PUT', 'hidden/ann', { reason: 'x' }, bearer('ann'), 403],
      ['showing by a player', 'DELETE', 'hidden/ann', { reason: 'x' }, bearer('ann'), 403],
      ['another method on the list', 'POST', 'hidden', { reason: 'x' }, {}, 405],
      ['another method', 'PATCH', 'hidden/ann', { reason: 'x' }, {}, 405],
      ['over 16 KiB', 'POST', 'reversals', { ...reversal, reason: 'x'.repeat(17_000) }, {}, 413],
      ['another content type', 'POST', 'reversals', reversal, { 'content-type': 'text/plain' }, 415],
    ])('refuses %s', async (_what, method, path, body, headers, status) => {
      const answer = await moderate(system, method, path, body, headers);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({ type: expect.any(String), title: expect.any(String), status });
      expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|SELECT|127\.0\.0\.1|\.ts:|    at /);
    });

    it('accepts the earliest and latest possible times', async () => {
      const ends = { from: '0000-01-01T00:00:00Z', to: '9999-12-31T23:59:59-23:59' };
      const answer = await moderate(system, 'POST', 'reversals', { userId: newUser(), ...ends, reason: 'x' });
      expect([answer.status, answer.body]).toEqual([201, { reversed: 0, points: 0 }]);
    });
  });
}
