import { apply, get, moderate, newUser, post, type System, token } from './system';

/** Pages of players, tested from outside. */
export function playersSuite(current: () => System): void {
  describe('the page of a player', () => {
    let system: System;
    beforeAll(() => {
      system = current();
    });

    const bearer = (sub: string, scope?: string) => ({ authorization: `Bearer ${token(sub, scope)}` });
    const decide = async (userId: string, body: unknown, headers: Record<string, string> = bearer(userId)) => {
      const answer = await fetch(`${system.apis[0]}/api/users/${encodeURIComponent(userId)}/page`, { method: 'PUT', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
      return { status: answer.status, body: await answer.text() };
    };
    const pageOf = (userId: string, path = '') => get(system, `/players/${encodeURIComponent(userId)}${path}`);
    const jsonOf = (userId: string) => get(system, `/api/users/${encodeURIComponent(userId)}/page`);
    /** All that an answer says, without what differs between any two requests. */
    const told = async (userId: string) => {
      const answers = [await pageOf(userId), await jsonOf(userId), await pageOf(userId, '/preview.png')];
      return answers.map(({ status, headers, body }) => {
        const named = [...headers].filter(([name]) => !['date', 'x-request-id', 'keep-alive', 'connection', 'content-length'].includes(name));
        return { status, headers: named, body: JSON.stringify(body).replaceAll(encodeURIComponent(userId), '') };
      });
    };

    it('shows the places of a player on all boards, and no activity until the player shows it', async () => {
      const userId = newUser('shown');
      await post(system, { userId, scoreIncrement: 7 }, { prefer: 'wait=10', ...bearer('game', 'scores:write:any') });
      const { body } = await jsonOf(userId);
      expect(body).toMatchObject({ userId, places: expect.arrayContaining([expect.objectContaining({ board: 'global', score: 7 }), expect.objectContaining({ board: 'week', score: 7, period: expect.stringMatching(/^\d{4}-W\d\d$/) })]) });
      expect(body.activity).toBeUndefined();
      expect((await pageOf(userId)).body).not.toContain('<svg');

      expect((await decide(userId, { shows: 'activity' })).status).toBe(204);
      const { activity } = (await jsonOf(userId)).body;
      expect([activity.days.length, activity.days.at(-1), activity.actions]).toEqual([30, { date: new Date().toISOString().slice(0, 10), score: 7 }, []]);
      expect((await pageOf(userId)).body).toContain('<svg');
      expect((await decide(userId, { shows: null })).status).toBe(204);
      expect((await jsonOf(userId)).body.activity).toBeUndefined();
    });

    it('is the same 404 for a player who is unknown, has no points, is hidden, or keeps it private', async () => {
      const [unknown, hidden, shy, taken] = [newUser(), newUser(), newUser(), newUser()];
      const { body } = await apply(system, taken, 5);
      await moderate(system, 'POST', 'reversals', { commandId: body.commandId, reason: 'a test' });
      for (const userId of [hidden, shy]) await apply(system, userId, 5);
      expect((await pageOf(hidden)).status).toBe(200);
      expect((await moderate(system, 'PUT', `hidden/${hidden}`, { reason: 'a test' })).status).toBe(204);
      expect((await decide(shy, { shows: 'private' })).status).toBe(204);
      const expected = await told(unknown);
      expect(expected.map(({ status }) => status)).toEqual([404, 404, 404]);
      for (const userId of [hidden, shy, taken]) expect(await told(userId)).toEqual(expected);
      expect((await get(system, `/api/users/${hidden}/page`, bearer(hidden))).status).toBe(404);
      expect((await decide(hidden, { shows: 'activity' })).status).toBe(204);
      expect(await told(hidden)).toEqual(expected);
    });

    it.each<[string, unknown, Record<string, string>, number]>([
      ['no token', { shows: 'places' }, { authorization: '' }, 401],
      ['the token of somebody else', { shows: 'places' }, bearer('somebody'), 403],
      ['a service', { shows: 'places' }, bearer('game', 'profiles:write:any'), 204],
      ['another word', { shows: 'all' }, bearer('ann'), 400],
      ['nothing', {}, bearer('ann'), 400],
      ['an unknown field', { shows: 'places', name: 'Ann' }, bearer('ann'), 400],
    ])('is decided with %s: %j', async (_what, body, headers, status) => {
      expect((await decide('ann', body, headers)).status).toBe(status);
    });
  });
}
