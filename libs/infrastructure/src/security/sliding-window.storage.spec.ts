import { randomFrom } from '@scoreboard/domain/leaderboard-samples.contract';
import { SlidingWindowStorage } from './sliding-window.storage';

const MINUTE = 60_000;

describe('SlidingWindowStorage', () => {
  let now: number;
  let storage: SlidingWindowStorage;
  const ask = (limit: number, key = 'ann') => storage.increment(key, MINUTE, limit);

  beforeEach(() => {
    now = 1_764_000_000_000;
    storage = new SlidingWindowStorage(() => now);
  });

  it('passes as many as the limit and refuses the next, each key for itself', async () => {
    for (let i = 0; i < 5; i++) expect(await ask(5)).toMatchObject({ isBlocked: false, totalHits: i + 1 });
    expect(await ask(5)).toMatchObject({ isBlocked: true });
    expect(await ask(5, 'bob')).toMatchObject({ isBlocked: false });
  });

  it('does not count what it refused', async () => {
    for (let i = 0; i < 1_000; i++) await ask(5);
    now += 2 * MINUTE;
    expect(await ask(5)).toMatchObject({ isBlocked: false, totalHits: 1 });
  });

  it.each([1, 2, 5, 120])('lets a client through that waits as long as it is told, with a limit of %i', async (limit) => {
    const random = randomFrom(limit);
    for (let i = 0; i < 3_000; i++) {
      now += Math.floor((random() * 2 * MINUTE) / limit);
      const { isBlocked, timeToBlockExpire } = await ask(limit);
      if (!isBlocked) continue;
      now += timeToBlockExpire * 1_000;
      expect(await ask(limit)).toMatchObject({ isBlocked: false });
    }
  });

  it('never tells a client to wait longer than two windows, nor less than a second', async () => {
    for (let i = 0; i < 500; i++) {
      now += 997;
      const { timeToBlockExpire } = await ask(10);
      expect(timeToBlockExpire).toBeGreaterThanOrEqual(1);
      expect(timeToBlockExpire).toBeLessThanOrEqual(120);
    }
  });

  it('holds the limit over any minute, of a client that never rests: to a few in a hundred', async () => {
    const passed: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      now += 50;
      if (!(await ask(120)).isBlocked) passed.push(now);
    }
    const inMinuteBefore = passed.map((at, i) => i + 1 - passed.findIndex((other) => other > at - MINUTE));
    expect(Math.max(...inMinuteBefore)).toBeLessThanOrEqual(126);
    expect(passed.length / (1_000_000 / MINUTE)).toBeGreaterThan(110);
  });

  it('forgets nothing where its clock steps back over a window\'s border', async () => {
    now += MINUTE - (now % MINUTE) + 1;
    for (let i = 0; i < 5; i++) await ask(5);
    now -= 3;
    expect(await ask(5)).toMatchObject({ isBlocked: true });
    now += 3;
    expect(await ask(5)).toMatchObject({ isBlocked: true });
  });

  it('is not doubled by a burst at either side of a window\'s border', async () => {
    now += MINUTE - (now % MINUTE) - 1;
    let passed = 0;
    for (let i = 0; i < 300; i++) if (!(await ask(120)).isBlocked) passed++;
    now += 2;
    for (let i = 0; i < 300; i++) if (!(await ask(120)).isBlocked) passed++;
    expect(passed).toBeLessThanOrEqual(121);
  });
});
