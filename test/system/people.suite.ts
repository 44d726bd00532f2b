import { eventually } from '../support';
import { apply, get, moderate, newUser, type System, token, watch } from './system';

/** Names and pictures of users, tested from outside. */
export function peopleSuite(current: () => System): void {
  describe('names', () => {
    let system: System;
    beforeAll(() => {
      system = current();
    });

    const bearer = (sub: string, scope?: string) => ({ authorization: `Bearer ${token(sub, scope)}` });
    const put = async (userId: string, body: object, headers = bearer(userId)) => {
      const answer = await fetch(`${system.apis[0]}/api/users/${userId}/profile`, { method: 'PUT', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
      return { status: answer.status, body: await answer.text() };
    };
    const profileOf = async (userId: string) => (await get(system, `/api/users/${userId}/profile`)).body;

    it('are on every board after a change, under a new ETag', async () => {
      const userId = newUser('named');
      for (let i = 0; i < 9; i++) await apply(system, userId, 1_000);
      const client = watch(system.gateways.at(-1)!, { token: token(userId) });
      const shown = { name: 'Zoë <b>👩‍🚀</b>', avatarUrl: 'https://a.example/zoe.png' };
      const entry = expect.objectContaining({ userId, ...shown });
      try {
        await eventually(() => expect(client.boards().at(-1)?.entries).toContainEqual(expect.objectContaining({ userId })));
        const before = await get(system, '/api/scores/top');
        expect(await put(userId, { ...shown, name: ' Zoe\u0308  <b>👩‍🚀</b>' })).toEqual({ status: 204, body: '' });
        await eventually(() => expect(client.boards().at(-1)!.entries).toContainEqual(entry));
        await eventually(() => expect(client.received.filter(({ event }) => event === 'scores:me').at(-1)?.data).toEqual(entry));
        for (const path of ['top', 'top?limit=100', `users/${userId}/around`]) {
          await eventually(async () => expect((await get(system, `/api/scores/${path}`)).body).toContainEqual(entry));
        }
        for (const path of ['ranks', `users?ids=${userId}`]) expect((await get(system, `/api/boards/global/${path}`)).body).toContainEqual(entry);
        expect((await get(system, `/api/scores/users/${userId}`)).body).toMatchObject({ userId, ...shown });
        expect(await profileOf(userId)).toEqual({ userId, ...shown });
        expect((await get(system, '/api/scores/top')).headers.get('etag')).not.toBe(before.headers.get('etag'));
        expect((await get(system, '/')).body).toContain('Zoë &lt;b&gt;👩‍🚀&lt;/b&gt;</a></bdi>');
      } finally {
        client.socket.disconnect();
      }
    });

    it('can be taken away by a moderator, and stay away until they are allowed again', async () => {
      const userId = newUser();
      expect((await put(userId, { name: 'Admin' })).status).toBe(204);
      expect((await moderate(system, 'DELETE', `names/${userId}?reason=impostor`, '{}')).status).toBe(204);
      expect(await profileOf(userId)).toMatchObject({ type: 'urn:scoreboard:problem:unknown-profile', status: 404 });
      const refused = await put(userId, { name: 'Adm1n' });
      expect([refused.status, JSON.parse(refused.body).type]).toEqual([403, 'urn:scoreboard:problem:name-taken-away']);
      expect((await moderate(system, 'PUT', `names/${userId}`, { reason: 'apologized' })).status).toBe(204);
      expect((await put(userId, { name: 'Ann' })).status).toBe(204);
      expect((await moderate(system, 'DELETE', `names/${userId}`, { reason: 'me' }, bearer(userId))).status).toBe(403);
    });

    const found = async (name: string, more = '') => (await get(system, `/api/boards/global/players?name=${encodeURIComponent(name)}${more}`)).body;
    const admin = { authorization: `Bearer ${token('boss', 'scores:admin')}` };
    const foundByAdmin = async (name: string) => (await get(system, `/api/moderation/players?name=${encodeURIComponent(name)}`, admin)).body;

    it('find players on a board by the beginning of the name, best first, with points and place', async () => {
      const [low, high, other] = [newUser(), newUser(), newUser()];
      const named = async (userId: string, name: string, points: number) => {
        await put(userId, { name });
        if (points) await apply(system, userId, points);
      };
      await named(low, 'Zoltán Q', 3);
      await named(high, 'ZOLTAN QUINN', 5);
      await named(other, 'Zoltan R', 7);
      await named(newUser(), 'Zoltan Quiet', 0);
      const rank = expect.any(Number);
      const both = [{ rank, userId: high, score: 5, name: 'ZOLTAN QUINN' }, { rank, userId: low, score: 3, name: 'Zoltán Q' }];
      await eventually(async () => expect(await found('zoltan q')).toEqual(both));
      expect(await found('ＺＯＬＴÁN Q', '&limit=1')).toEqual(both.slice(0, 1));
      const [{ rank: place }] = await found('zoltan qui');
      expect((await get(system, `/api/scores/users/${high}`)).body).toMatchObject({ rank: place });
      expect(await found('zoltan z')).toEqual([]);
      expect((await get(system, '/api/boards/week/players?name=zoltan%20q')).body).toEqual(both);
      expect((await foundByAdmin('zoltan q')).map(({ name }: { name: string }) => name).sort()).toEqual(['ZOLTAN QUINN', 'Zoltan Quiet', 'Zoltán Q']);
    });

    it('find no player who is hidden or has lost the name, except for a moderator', async () => {
      const [hidden, taken] = [newUser(), newUser()];
      for (const userId of [hidden, taken]) {
        await put(userId, { name: `Quentin ${userId}` });
        await apply(system, userId, 5);
      }
      await eventually(async () => expect(await found('quentin')).toHaveLength(2));
      expect((await moderate(system, 'PUT', `hidden/${hidden}`, { reason: 'cheated' })).status).toBe(204);
      expect((await moderate(system, 'DELETE', `names/${taken}`, { reason: 'insult' })).status).toBe(204);
      await eventually(async () => expect(await found('quentin')).toEqual([]));
      expect(await foundByAdmin('quentin')).toEqual([{ userId: hidden, name: `Quentin ${hidden}` }]);
    });

    it.each([
      ['', 'name', 'must be a string'],
      ['?name=z', 'name', 'must be the first 2 to 40 characters of a name, or 1 of Chinese, Japanese or Korean'],
      ['?name=%20%20', 'name', 'must be the first 2 to 40 characters of a name, or 1 of Chinese, Japanese or Korean'],
      [`?name=${'z'.repeat(321)}`, 'name', 'must be the first 2 to 40 characters of a name, or 1 of Chinese, Japanese or Korean'],
      ['?name=zo&name=zu', 'name', 'must be a string'],
      ['?name=zo%00', 'name', 'must be valid Unicode without U+0000'],
      ['?name=zo&limit=101', 'limit', 'must be a whole number from 1 to 100'],
    ])('are not looked for with %s', async (query, path, message) => {
      for (const [route, headers] of [['boards/global', {}], ['moderation', admin]] as const) {
        const { status, body } = await get(system, `/api/${route}/players${query}`, headers);
        expect([status, body.type, body.errors]).toEqual([400, 'urn:scoreboard:problem:invalid-request', [{ path, message }]]);
      }
    });

    it('are looked for on boards that there are, and everywhere only by a moderator', async () => {
      const statusOf = async (path: string, headers = {}) => (await get(system, path, headers)).status;
      expect(await statusOf('/api/boards/nope/players?name=zo')).toBe(404);
      expect(await statusOf('/api/boards/global/players?name=zo&period=2026-W48')).toBe(404);
      expect(await statusOf('/api/moderation/players?name=zo')).toBe(401);
      expect(await statusOf('/api/moderation/players?name=zo', bearer('ann'))).toBe(403);
    });

    it.each<[string, object, Record<string, string>, number]>([
      ['no token', { name: 'Ann' }, { authorization: '' }, 401],
      ['the token of somebody else', { name: 'Ann' }, bearer('somebody'), 403],
      ['a token without scores:write', { name: 'Ann' }, bearer('ann', 'actions:issue'), 403],
      ['a service', { name: 'Ann' }, bearer('game', 'profiles:write:any'), 204],
      ['an invisible character', { name: 'A\u202enn' }, bearer('ann'), 400],
      ['a name that is no string', { name: 7 }, bearer('ann'), 400],
      ['an unknown field', { name: 'Ann', age: 7 }, bearer('ann'), 400],
      ['a picture without TLS', { avatarUrl: 'http://a.example/ann.png' }, bearer('ann'), 400],
      ['an invalid name and the token of somebody else', { name: '' }, bearer('somebody'), 400],
    ])('answer a PUT with %s', async (_what, body, headers, status) => {
      expect((await put('ann', body, headers as { authorization: string })).status).toBe(status);
    });
  });
}
