import { eventually } from '../support';
import { apply, get, moderate, newUser, type System, watch } from './system';

/** Boards that reset, tested from outside. The system has the boards day, week and month. */
export function boardsSuite(current: () => System): void {
  describe('boards', () => {
    let system: System;
    beforeAll(() => {
      system = current();
    });

    const placeOn = (board: string, userId: string) => get(system, `/api/boards/${board}/users/${userId}`);

    it('are listed with their current periods', async () => {
      await eventually(async () => expect((await get(system, '/api/boards')).body.map(({ id }: { id: string }) => id)).toEqual(['global', 'day', 'month', 'week']));
      const { body } = await get(system, '/api/boards');
      const [global, day] = body;
      expect(global).toEqual({ id: 'global', period: { id: 'all', start: null, end: null }, players: expect.any(Number) });
      const { start, end } = day.period;
      expect(day).toMatchObject({ reset: 'daily', timezone: 'UTC', period: { id: start.slice(0, 10) } });
      expect(Date.parse(end) - Date.parse(start)).toBe(86_400_000);
      expect((await get(system, '/api/boards/day/periods')).body).toContainEqual({ ...day.period, closedAt: null });
    });

    it('count an update that was accepted now, on every read and socket', async () => {
      const userId = newUser('daily');
      const watchers = system.gateways.map((url) => watch(url));
      watchers.forEach(({ socket }) => socket.emit('subscribe', 'top:100@day'));
      const lastOf = ({ received }: (typeof watchers)[number]) => received.filter(({ event }) => event === 'top:100@day').at(-1)?.data as { board: string; entries: { userId: string }[] };
      await apply(system, userId, 1_000);
      for (const board of ['day', 'week', 'month']) {
        await eventually(async () => expect((await placeOn(board, userId)).body).toMatchObject({ userId, score: 1_000, rank: expect.any(Number) }));
        const { body: around } = await get(system, `/api/boards/${board}/users/${userId}/around?radius=1`);
        const { rank } = around.find((entry: { userId: string }) => entry.userId === userId);
        expect((await get(system, `/api/boards/${board}/ranks?from=${rank}&limit=1`)).body).toEqual([{ rank, userId, score: 1_000 }]);
        expect((await get(system, `/api/boards/${board}/users?ids=${userId},nobody`)).body).toEqual([{ rank, userId, score: 1_000 }]);
      }
      await eventually(() => watchers.forEach((watcher) => expect(lastOf(watcher)?.entries.map((entry) => entry.userId)).toContain(userId)));
      watchers.forEach(({ socket }) => socket.disconnect());
    });

    it('lose what a moderator takes back, and whom a moderator hides', async () => {
      const userId = newUser('daily');
      const { body } = await apply(system, userId, 700);
      await apply(system, userId, 30);
      await moderate(system, 'POST', 'reversals', { commandId: body.commandId, reason: 'scripted' });
      await eventually(async () => expect((await placeOn('week', userId)).body).toMatchObject({ score: 30 }));
      await moderate(system, 'PUT', `hidden/${userId}`, { reason: 'a bot' });
      await eventually(async () => expect((await placeOn('week', userId)).status).toBe(404));
    });

    it('refuse what they do not have', async () => {
      const problem = async (path: string) => {
        const { status, body } = await get(system, path);
        return [status, body.type, body.errors?.[0]?.path, body.errors?.[0]?.message];
      };
      expect(await problem('/api/boards/nope/top')).toEqual([404, 'urn:scoreboard:problem:unknown-board', undefined, undefined]);
      expect(await problem('/api/boards/week/top?period=2020-W01')).toEqual([404, 'urn:scoreboard:problem:unknown-period', undefined, undefined]);
      expect(await problem('/api/boards/week/top?period=2026-W54')).toEqual([400, 'urn:scoreboard:problem:invalid-request', 'period', 'must be a week, such as 2026-W48']);
      expect(await problem(`/api/boards/week/users?ids=${Array.from({ length: 101 }, (_, i) => i).join()}`)).toEqual([400, 'urn:scoreboard:problem:invalid-request', 'ids', 'must list 1 to 100 user ids']);
      expect(await problem('/api/boards/week/users?ids=')).toEqual([400, 'urn:scoreboard:problem:invalid-request', 'ids', 'must list 1 to 100 user ids']);
      expect(await problem('/api/boards/week/users')).toEqual([400, 'urn:scoreboard:problem:invalid-request', 'ids', 'must list 1 to 100 user ids']);
    });
  });
}
