import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { eventually } from '../support';
import { apply, get, moderate, type System, token, watch } from './system';

const unique = randomUUID().slice(0, 8);

/** Ids as identity providers issue them, and ids that could be confused in a path. */
const USER_IDS = [
  `https://steamcommunity.com/openid/id/${unique}`,
  `f:${randomUUID()}:${'name'.repeat(12)}@host`,
  `o'brien@${unique}`,
  `{${randomUUID()}}`,
  `aGk/+${unique}==`,
  `%41${unique}`,
  `a%2F${unique}`,
  `../..?${unique}#&;`,
  `${unique}${'x'.repeat(247)}`,
];

/** User ids of every kind, tested from outside: each identifies only its own user, everywhere. */
export function userIdsSuite(current: () => System): void {
  describe.each(USER_IDS)('the user id %s', (userId) => {
    const path = `/api/scores/users/${encodeURIComponent(userId)}`;
    const own = { authorization: `Bearer ${token(userId)}` };
    let system: System;
    beforeAll(() => {
      system = current();
    });

    it('earns points, and has a score and a history', async () => {
      expect((await apply(system, userId, 700)).body).toMatchObject({ userId, status: 'applied', score: 700 });
      await eventually(async () => expect((await get(system, path)).body).toMatchObject({ userId, score: 700 }));
      const around = await get(system, `${path}/around?radius=1`);
      expect(around.body).toContainEqual({ userId, score: 700, rank: expect.any(Number) });
      const history = await get(system, `${path}/history`, own);
      expect(history.body.items).toMatchObject([{ scoreIncrement: 700, scoreAfter: 700 }]);
    });

    it('receives its own rank, over Socket.IO and plain WebSocket', async () => {
      const { socket, received } = watch(system.gateways[0]!, { token: token(userId) });
      const plain = new WebSocket(`${system.gateways[0]!.replace('http', 'ws')}/ws/scores?token=${token(userId)}`);
      const frames: { event: string; data: unknown }[] = [];
      plain.on('message', (frame: Buffer) => frames.push(JSON.parse(frame.toString()) as (typeof frames)[number]));
      const me = { event: 'scores:me', data: { userId, score: 700, rank: expect.any(Number) } };
      await eventually(() => expect([received, frames]).toEqual([expect.arrayContaining([expect.objectContaining(me)]), expect.arrayContaining([me])]));
      socket.disconnect();
      plain.close();
    });

    it('can be hidden, shown again, and its updates reversed', async () => {
      const hidden = `hidden/${encodeURIComponent(userId)}`;
      expect((await moderate(system, 'PUT', hidden, { reason: 'cheated' })).status).toBe(204);
      await eventually(async () => expect((await get(system, path)).status).toBe(404));
      expect((await moderate(system, 'DELETE', hidden, { reason: 'a mistake' })).status).toBe(204);
      await eventually(async () => expect((await get(system, path)).body).toMatchObject({ userId, score: 700 }));
      expect((await moderate(system, 'POST', 'reversals', { userId, reason: 'cheated' })).body).toEqual({ reversed: 1, points: 700 });
      await eventually(async () => expect((await get(system, path)).status).toBe(404));
    });
  });

  it('keeps similar ids in paths apart', async () => {
    const [encoded, plain] = [`%41-${unique}`, `A-${unique}`];
    await apply(current(), encoded, 3);
    await apply(current(), plain, 5);
    const scoreOf = async (userId: string) => (await get(current(), `/api/scores/users/${encodeURIComponent(userId)}`)).body.score;
    await eventually(async () => expect([await scoreOf(encoded), await scoreOf(plain)]).toEqual([3, 5]));
  });
}
