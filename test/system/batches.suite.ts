import { randomUUID } from 'node:crypto';
import { eventually } from '../support';
import { apply, get, newUser, type System, token } from './system';

/** Batches of updates from outside, for the standalone and the distributed system. */
export function batchesSuite(current: () => System): void {
  let system: System;
  beforeAll(() => {
    system = current();
  });

  const service = { authorization: `Bearer ${token('game-server', 'scores:write:any')}` };
  const send = async (body: unknown, headers: Record<string, string> = service) => {
    const answer = await fetch(`${system.apis[0]}/api/scores/updates`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any }; // eslint-disable-line typescript/no-explicit-any
  };

  describe('POST /api/scores/updates', () => {
    it('answers each update in its place as a single one, and a retry of the batch counts nothing twice', async () => {
      const [ann, bob] = [newUser('ann'), newUser('bob')];
      const key = randomUUID();
      const updates = [
        { userId: ann, scoreIncrement: 5, idempotencyKey: key },
        { userId: bob, scoreIncrement: 0 },
        { userId: ann, scoreIncrement: 6, idempotencyKey: key },
        { userId: bob, scoreIncrement: 7, idempotencyKey: randomUUID() },
        'no update',
      ];
      const first = await send({ updates }, { ...service, prefer: 'wait=10' });
      expect(first.status).toBe(200);
      const receipt = { commandId: expect.any(String), rank: expect.any(Number), status: 'applied' };
      expect(first.body.results).toEqual([
        { status: 201, body: { ...receipt, userId: ann, scoreIncrement: 5, score: 5 } },
        { status: 400, body: expect.objectContaining({ type: 'urn:scoreboard:problem:invalid-request', errors: [{ path: 'scoreIncrement', message: 'must be at least 1' }] }) },
        { status: 422, body: expect.objectContaining({ type: 'urn:scoreboard:problem:key-reused' }) },
        { status: 201, body: { ...receipt, userId: bob, scoreIncrement: 7, score: 7 } },
        { status: 400, body: expect.objectContaining({ status: 400 }) },
      ]);
      const again = await send({ updates });
      const ids = (answer: typeof first) => answer.body.results.map((result: { body: { commandId?: string } }) => result.body.commandId);
      expect(ids(again)).toEqual(ids(first));
      expect((await apply(system, ann, 1)).body.score).toBe(6);
    });

    it('takes 500 updates, and applies all of them', async () => {
      const users = [newUser(), newUser()];
      const updates = Array.from({ length: 500 }, (_, i) => ({ userId: users[i % 2], scoreIncrement: 2, idempotencyKey: randomUUID().padEnd(255, 'k') }));
      const { status, body } = await send({ updates });
      expect([status, new Set(body.results.map((result: { status: number }) => result.status))]).toEqual([200, new Set([201])]);
      for (const user of users) await eventually(async () => expect((await get(system, `/api/scores/users/${user}`)).body.score).toBe(500));
    });

    const one = { updates: [{ userId: 'ann', scoreIncrement: 1 }] };
    const player = { authorization: `Bearer ${token('ann')}` };
    it.each<[string, unknown, Record<string, string>, number, object]>([
      ['without a token', one, {}, 401, {}],
      ['of a player', one, player, 403, { detail: 'The scope scores:write:any is required.' }],
      ['without updates', {}, service, 400, { errors: [{ path: 'updates', message: 'must be a list of updates' }] }],
      ['with an empty list, also of a player', { updates: [] }, player, 400, { errors: [{ path: 'updates', message: 'must have at least 1 update' }] }],
      ['of 501 updates', { updates: Array(501).fill(0) }, service, 400, { errors: [{ path: 'updates', message: 'must have at most 500 updates' }] }],
      ['with an unknown field', { ...one, atomic: true }, service, 400, { errors: [{ path: 'atomic', message: 'is not a known field' }] }],
      ['of more than 512 KiB', ' '.repeat(512 * 1024 + 1), service, 413, { detail: 'The body is larger than 512 KiB.' }],
    ])('refuses a batch as a whole: %s', async (_what, body, headers, status, more) => {
      expect(await send(body, headers)).toMatchObject({ status, body: { status, ...more, instance: '/api/scores/updates' } });
    });
  });
}
