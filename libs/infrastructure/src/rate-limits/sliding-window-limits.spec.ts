import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ReachedLimit } from '@scoreboard/application';
import { randomFrom } from '@scoreboard/domain/leaderboard-samples.contract';
import { SlidingWindowLimits } from './sliding-window-limits';

const MINUTE = 60_000;

describe('SlidingWindowLimits', () => {
  let now: number;
  beforeEach(() => {
    now = 1_764_000_000_000;
  });

  /** Takes one request of a limit of `writes` per minute. Without other processes it answers at once. */
  function taking(writes: number): (caller?: string) => ReachedLimit | undefined {
    const limits = new SlidingWindowLimits({ now: () => now });
    return (caller = 'ann') => limits.take(`writes:${caller}`, writes, MINUTE) as ReachedLimit | undefined;
  }

  it('allows as many requests as the limit and refuses the next one, separately for each caller', () => {
    const take = taking(5);
    for (let i = 0; i < 5; i++) expect(take()).toBeUndefined();
    expect(take()).toMatchObject({ limit: 5, windowSeconds: 60 });
    expect(take('bob')).toBeUndefined();
  });

  it('counts each limit separately, and does not count without a limit', () => {
    const limits = new SlidingWindowLimits({ now: () => now });
    expect([limits.take('writes:ann', 1, MINUTE), limits.take('reads:ann', 1, MINUTE)]).toEqual([undefined, undefined]);
    expect(limits.take('reads:ann', 1, MINUTE)).toBeDefined();
    for (let i = 0; i < 1_000; i++) expect(limits.take('guests:ann', 0, MINUTE)).toBeUndefined();
  });

  it('distinguishes callers with long keys, and does not store the keys', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const longName = (i: number) => Buffer.alloc(15_000, `${i},`).toString();
    const take = taking(1);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 15_000; i++) expect(take(longName(i))).toBeUndefined();
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(30_000_000);
    expect(take(longName(7))).toBeDefined();
  });

  it('counts in windows of the requested length', () => {
    const limits = new SlidingWindowLimits({ now: () => now });
    expect(limits.take('x', 1, 10_000)).toBeUndefined();
    expect(limits.take('x', 1, 10_000)).toMatchObject({ windowSeconds: 10 });
    now += 20_000;
    expect(limits.take('x', 1, 10_000)).toBeUndefined();
  });

  it('does not count refused requests', () => {
    const take = taking(5);
    for (let i = 0; i < 1_000; i++) take();
    now += 2 * MINUTE;
    for (let i = 0; i < 5; i++) expect(take()).toBeUndefined();
  });

  it.each([1, 2, 5, 120])('allows a caller that waits for the given time, with a limit of %i', (limit) => {
    const take = taking(limit);
    const random = randomFrom(limit);
    for (let i = 0; i < 3_000; i++) {
      now += Math.floor((random() * 2 * MINUTE) / limit);
      const reached = take();
      if (!reached) continue;
      now += reached.resetSeconds * 1_000;
      expect(take()).toBeUndefined();
    }
  });

  it('gives waiting times from one second to two windows', () => {
    const take = taking(10);
    const waits: number[] = [];
    for (let i = 0; i < 500; i++) {
      now += 997;
      waits.push(take()?.resetSeconds ?? 1);
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...waits)).toBeGreaterThan(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(120);
  });

  it('keeps the limit in every minute for a caller that never pauses, within a few percent', () => {
    const take = taking(120);
    const passed: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      now += 50;
      if (!take()) passed.push(now);
    }
    const inMinuteBefore = passed.map((at, i) => i + 1 - passed.findIndex((other) => other > at - MINUTE));
    expect(Math.max(...inMinuteBefore)).toBeLessThanOrEqual(126);
    expect(passed.length / (1_000_000 / MINUTE)).toBeGreaterThan(110);
  });

  it('keeps its counts when the clock steps back across the boundary of a window', () => {
    const take = taking(5);
    now += MINUTE - (now % MINUTE) + 1;
    for (let i = 0; i < 5; i++) take();
    now -= 3;
    expect(take()).toBeDefined();
    now += 3;
    expect(take()).toBeDefined();
  });

  it('does not allow twice the limit in bursts before and after the boundary of a window', () => {
    const take = taking(120);
    now += MINUTE - (now % MINUTE) - 1;
    let passed = 0;
    for (let i = 0; i < 300; i++) if (!take()) passed++;
    now += 2;
    for (let i = 0; i < 300; i++) if (!take()) passed++;
    expect(passed).toBeLessThanOrEqual(121);
  });
});
