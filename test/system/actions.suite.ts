import { randomUUID } from 'node:crypto';
import { eventually } from '../support';
import { actionToken, apply, get, newUser, order, post, type System, token, watch } from './system';

/** Action tokens, tested from outside. */
export function actionsSuite(current: () => System): void {
  let system: System;
  beforeAll(() => {
    system = current();
  });
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

  describe('an action token', () => {
    it('counts once, even with ten concurrent keys on different apis', async () => {
      const userId = newUser();
      const own = bearer(actionToken(userId));
      const send = () => post(system, { userId, scoreIncrement: 50 }, { ...own, 'idempotency-key': randomUUID() });
      const answers = await Promise.all(Array.from({ length: 10 }, send));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      expect(new Set(answers.map(({ body }) => body.commandId)).size).toBe(1);
      const again = await post(system, { userId, scoreIncrement: 50 }, { ...own, prefer: 'wait=10' });
      expect(again.body).toEqual({ commandId: answers[0]!.body.commandId, userId, scoreIncrement: 50, status: 'applied', score: 50, rank: expect.any(Number) });
      const other = await post(system, { userId, scoreIncrement: 49 }, { ...own, 'idempotency-key': randomUUID() });
      expect(other.status).toBe(422);
      expect((await apply(system, userId, 1)).body.score).toBe(51);
    });

    it('is limited by its action across all apis, and a used token passes again', async () => {
      const userId = newUser();
      const text = () => actionToken(userId, { action: 'limited', max_increment: 1_000 });
      const send = (own: string, scoreIncrement = 5) => post(system, { userId, scoreIncrement }, { ...bearer(own), prefer: 'wait=10' });
      const over = await send(text(), 21);
      expect([over.status, over.body.type]).toEqual([403, 'urn:scoreboard:problem:action-exceeded']);
      const first = text();
      expect((await send(first)).status).toBe(201);
      const answers = await Promise.all(Array.from({ length: 12 }, () => send(text())));
      const refused = answers.filter(({ status }) => status === 429);
      expect([answers.filter(({ status }) => status === 201).length, refused.length]).toEqual([4, 8]);
      expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused[0]!.headers.get('ratelimit-policy')).toBe('"action";q=5;w=60');
      expect((await send(first)).body).toMatchObject({ status: 'applied', score: 5 });
      const unknown = await post(system, { userId, scoreIncrement: 1 }, bearer(actionToken(userId, { action: 'unheard-of' })));
      expect([unknown.status, unknown.body.type]).toEqual([403, 'urn:scoreboard:problem:unknown-action']);
      expect((await order(system, { userId, action: 'limited', maxIncrement: 21, expiresIn: 60 })).status).toBe(403);
    });

    it('stores its action in the history', async () => {
      const userId = newUser();
      await post(system, { userId, scoreIncrement: 5 }, { ...bearer(actionToken(userId, { action: 'level-7' })), prefer: 'wait=10' });
      const { body } = await get(system, `/api/scores/users/${userId}/history`, bearer(token(userId)));
      expect(body.items).toMatchObject([{ scoreIncrement: 5, action: 'level-7' }]);
    });

    const ann = newUser('ann');
    const detail = { type: 'score_update', action: 'kill', max_increment: 50 };
    it.each<[string, string, object, string]>([
      ['over its limit', actionToken(ann), { userId: ann, scoreIncrement: 51 }, 'action-exceeded'],
      ['over its limit, even with a scope', actionToken(ann, {}, { scope: 'scores:write:any' }), { userId: ann, scoreIncrement: 51 }, 'action-exceeded'],
      ['for another user', actionToken(ann), { userId: 'bob', scoreIncrement: 1 }, 'foreign-user'],
      ['for another user, even with a scope', actionToken(ann, {}, { scope: 'scores:write:any' }), { userId: 'bob', scoreIncrement: 1 }, 'foreign-user'],
      ['without a jti', actionToken(ann, {}, { jti: undefined }), { userId: ann, scoreIncrement: 1 }, 'insufficient-scope'],
      ['with two details', actionToken(ann, {}, { authorization_details: [detail, detail] }), { userId: ann, scoreIncrement: 1 }, 'insufficient-scope'],
      ['of another type', actionToken(ann, { type: 'payment' }), { userId: ann, scoreIncrement: 1 }, 'insufficient-scope'],
    ])('is refused %s', async (_case, text, body, code) => {
      const answer = await post(system, JSON.stringify(body), bearer(text));
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ type: `urn:scoreboard:problem:${code}`, status: 403 });
    });

    it('that is malformed counts as a plain token with its scope', async () => {
      const userId = newUser();
      const plain = bearer(actionToken(userId, { type: 'payment' }, { scope: 'scores:write' }));
      const key = { 'idempotency-key': randomUUID() };
      const [one, two] = [await post(system, { userId, scoreIncrement: 900 }, plain), await post(system, { userId, scoreIncrement: 900 }, { ...plain, ...key })];
      expect([one.status, two.status]).toEqual([201, 201]);
      expect(one.body.commandId).not.toBe(two.body.commandId);
    });

    it('grants nothing else: no history, no command status, no action token, no personal channel', async () => {
      const userId = newUser();
      const text = actionToken(userId, {}, { scope: 'scores:admin actions:issue' });
      const { body } = await post(system, { userId, scoreIncrement: 5 }, { ...bearer(text), prefer: 'wait=10' });
      expect((await get(system, `/api/scores/users/${userId}/history`, bearer(text))).status).toBe(403);
      expect((await get(system, `/api/scores/commands/${body.commandId}`, bearer(text))).status).toBe(403);
      expect((await order(system, { userId, action: 'kill', maxIncrement: 5, expiresIn: 60 }, `Bearer ${text}`)).status).toBe(403);
      const watcher = watch(system.gateways[0]!, { token: text });
      await eventually(() => expect(watcher.boards()).toHaveLength(1));
      expect(await watcher.socket.emitWithAck('subscribe', 'scores:me')).toEqual({ ok: false, code: 'unauthenticated' });
      watcher.socket.disconnect();
    });
  });

  describe('POST /api/actions', () => {
    const good = { userId: 'ann', action: 'kill', maxIncrement: 50, expiresIn: 60 };

    it('issues a token for one update of the player', async () => {
      const userId = newUser();
      const { status, headers, body } = await order(system, { ...good, userId });
      expect(status).toBe(201);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toEqual({ actionToken: expect.any(String), expiresIn: 60 });
      const [first, second] = [await post(system, { userId, scoreIncrement: 50 }, bearer(body.actionToken)), await order(system, { ...good, userId })];
      expect(first.status).toBe(201);
      const applied = await post(system, { userId, scoreIncrement: 50 }, { ...bearer(second.body.actionToken), prefer: 'wait=10' });
      expect(applied.body).toMatchObject({ status: 'applied', score: 100 });
    });

    it.each<[string, unknown, string | undefined, number]>([
      ['no token', good, '', 401],
      ['a bad token', good, 'Bearer x', 401],
      ['a player', good, `Bearer ${token('ann')}`, 403],
      ['a trusted service without the scope', good, `Bearer ${token('game', 'scores:write:any')}`, 403],
      ['a missing user', { ...good, userId: undefined }, undefined, 400],
      ['a bad user', { ...good, userId: 'a b' }, undefined, 400],
      ['an action with a space', { ...good, action: 'a b' }, undefined, 400],
      ['an action that is too long', { ...good, action: 'a'.repeat(65) }, undefined, 400],
      ['more points than one update may have', { ...good, maxIncrement: 1_001 }, undefined, 400],
      ['no points', { ...good, maxIncrement: 0 }, undefined, 400],
      ['points as a string', { ...good, maxIncrement: '50' }, undefined, 400],
      ['no time', { ...good, expiresIn: 0 }, undefined, 400],
      ['more than a day', { ...good, expiresIn: 86_401 }, undefined, 400],
      ['an unknown field', { ...good, scope: 'scores:admin' }, undefined, 400],
      ['a list', [good], undefined, 400],
      ['an invalid request without the scope', { ...good, maxIncrement: 0 }, `Bearer ${token('ann')}`, 400],
    ])('refuses %s', async (_case, body, authorization, status) => {
      const answer = await order(system, body, authorization);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    });
  });
}
