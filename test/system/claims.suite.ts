import { randomBytes } from 'node:crypto';
import { eventually } from '../support';
import { sign } from 'jsonwebtoken';
import { actionToken, apply, get, JWT_SECRET, moderate, newUser, post, type System, token, watch } from './system';

/** A player takes along the points of a guest, tested from outside. */
export function claimsSuite(current: () => System): void {
  describe('POST /api/auth/guest/claim', () => {
    let system: System;
    beforeAll(() => {
      system = current();
    });

    const bearer = (jwt: string) => ({ authorization: `Bearer ${jwt}` });
    const newGuest = async () => (await (await fetch(`${system.apis[0]}/api/auth/guest`, { method: 'POST' })).json()) as { readonly token: string; readonly userId: string };
    const claim = async (player: string, body: unknown) => {
      const answer = await fetch(`${system.apis.at(-1)}/api/auth/guest/claim`, { method: 'POST', headers: { 'content-type': 'application/json', ...bearer(player) }, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as any }; // eslint-disable-line typescript/no-explicit-any
    };
    const earn = (guest: { readonly token: string; readonly userId: string }, scoreIncrement: number, prefer = 'wait=10') => post(system, { userId: guest.userId, scoreIncrement }, { ...bearer(guest.token), prefer });
    const scoreOf = async (userId: string, path = '/api/scores') => (await get(system, `${path}/users/${userId}`)).body.score ?? 0;
    const sumOf = async (userId: string) => {
      const { body } = await get(system, `/api/scores/users/${userId}/history?limit=100`, bearer(token('admin', 'scores:admin')));
      return (body.items as { readonly scoreIncrement: number }[]).reduce((sum, item) => sum + item.scoreIncrement, 0);
    };

    it('moves the points to the player on every board, once', async () => {
      const [player, guest] = [newUser('player'), await newGuest()];
      await apply(system, player, 3);
      await earn(guest, 500);
      await earn(guest, 250);
      const watched = watch(system.gateways[0]!, { token: token(player) });
      try {
        for (let i = 0; i < 2; i++) expect(await claim(token(player), { guestToken: guest.token })).toEqual({ status: 200, body: { userId: player, points: 750, updates: 2 } });
        for (const path of ['/api/scores', '/api/boards/day', '/api/boards/week']) {
          await eventually(async () => expect([await scoreOf(player, path), (await get(system, `${path}/users/${guest.userId}`)).status]).toEqual([753, 404]));
        }
        await eventually(() => expect(watched.received.filter(({ event }) => event === 'scores:me').at(-1)?.data).toMatchObject({ score: 753 }));
        expect([await sumOf(player), await sumOf(guest.userId)]).toEqual([753, 0]);
      } finally {
        watched.socket.disconnect();
      }
      const { body } = await get(system, `/api/scores/users/${player}/history`, bearer(token(player)));
      const { body: taken } = await get(system, `/api/scores/users/${guest.userId}/history`, bearer(guest.token));
      expect(body.items[0]).toMatchObject({ scoreIncrement: 250, scoreAfter: 753, movedFrom: taken.items[2].commandId });
      expect(taken.items[0]).toMatchObject({ scoreIncrement: -250, scoreAfter: 0, reverses: taken.items[2].commandId, movedTo: body.items[0].commandId });
      expect(await claim(token(newUser()), { guestToken: guest.token })).toMatchObject({ status: 422, body: { type: 'urn:scoreboard:problem:guest-claimed' } });
    });

    it('loses no point of a guest who earns while several players claim', async () => {
      const guest = await newGuest();
      const players = Array.from({ length: 4 }, () => newUser('racer'));
      const earning = Promise.all(Array.from({ length: 20 }, () => earn(guest, 2, 'wait=1')));
      const answers = await Promise.all(players.map((player) => claim(token(player), { guestToken: guest.token })));
      const accepted = (await earning).filter(({ status }) => status === 201).length;
      expect(accepted).toBeGreaterThan(0);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
      await eventually(async () => {
        const everybody = [guest.userId, ...players];
        const sums = await Promise.all(everybody.map(sumOf));
        expect(sums.reduce((sum, one) => sum + one, 0)).toBe(2 * accepted);
        expect(await Promise.all(everybody.map((userId) => scoreOf(userId)))).toEqual(sums);
      });
    });

    const id = () => `guest-${randomBytes(9).toString('base64url')}`;
    it.each<[string, () => Promise<[player: string, body: unknown]>, number, string]>([
      ['no token of a player', async () => ['', { guestToken: (await newGuest()).token }], 401, 'unauthenticated'],
      ['a player without scores:write', async () => [token('ann', 'scores:admin'), { guestToken: (await newGuest()).token }], 403, 'insufficient-scope'],
      ['an action token', async () => [actionToken('ann'), { guestToken: (await newGuest()).token }], 403, 'insufficient-scope'],
      ['a player who is a guest', async () => [(await newGuest()).token, { guestToken: (await newGuest()).token }], 403, 'guest-cannot-claim'],
      ['a body without a token', async () => [token('ann'), {}], 400, 'invalid-request'],
      ['an unknown field', async () => [token('ann'), { guestToken: (await newGuest()).token, userId: 'ann' }], 400, 'invalid-request'],
      ['a text that is no token', async () => [token('ann'), { guestToken: 'x' }], 400, 'invalid-guest-token'],
      ["the player's own token", async () => [token('ann'), { guestToken: token('ann') }], 400, 'invalid-guest-token'],
      ['an expired guest', async () => [token('ann'), { guestToken: sign({ sub: id(), scope: 'scores:write' }, JWT_SECRET, { expiresIn: -60 }) }], 400, 'invalid-guest-token'],
      ['a guest of another service', async () => [token('ann'), { guestToken: sign({ sub: id(), scope: 'scores:write' }, 'x'.repeat(32), { expiresIn: 60 }) }], 400, 'invalid-guest-token'],
      ['an action token of a guest', async () => [token('ann'), { guestToken: actionToken(id()) }], 400, 'invalid-guest-token'],
    ])('refuses %s, and moves nothing', async (_what, make, status, code) => {
      const [player, body] = await make();
      const answer = await claim(player, body);
      expect([answer.status, answer.body.type]).toEqual([status, `urn:scoreboard:problem:${code}`]);
      expect(answer.body.detail).toBeTruthy();
    });

    it('refuses a hidden guest, and a guest with too many points', async () => {
      const [hidden, rich] = [await newGuest(), await newGuest()];
      await earn(hidden, 5);
      for (let i = 0; i < 11; i++) await earn(rich, 1_000);
      expect((await moderate(system, 'PUT', `hidden/${hidden.userId}`, { reason: 'a test' })).status).toBe(204);
      const player = newUser();
      expect(await claim(token(player), { guestToken: hidden.token })).toMatchObject({ status: 403, body: { type: 'urn:scoreboard:problem:guest-hidden' } });
      expect(await claim(token(player), { guestToken: rich.token })).toMatchObject({ status: 403, body: { type: 'urn:scoreboard:problem:claim-too-large', detail: expect.stringContaining('more than 10000 points') } });
      expect([await scoreOf(player), await scoreOf(rich.userId)]).toEqual([0, 11_000]);
      await moderate(system, 'PUT', `hidden/${rich.userId}`, { reason: 'leads the board of other tests' });
    });
  });
}
