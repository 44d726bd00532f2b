import { randomUUID } from 'node:crypto';
import type { RateCounters } from './rate-counters';

/** The contract of every `RateCounters`. `make` returns the counters of two processes that count together. */
export function rateCountersContract(make: () => Promise<readonly [RateCounters, RateCounters]>): void {
  const MINUTE = 60_000;
  let one: RateCounters;
  let other: RateCounters;
  let key: string;

  beforeEach(async () => {
    [one, other] = await make();
    key = randomUUID();
  });

  const add = async (counts: RateCounters, count: number, windowMs: number) => {
    const { now, counts: [told] } = await counts.add([{ key, windowMs, count }]);
    return { window: Math.floor(now / windowMs), ...told! };
  };

  it('returns the counts of all processes in this window, including the hits just added, and in the previous window', async () => {
    // Each answer contains the time of the count, so the expected values do not depend on how long this takes.
    let held = { window: 0, current: 0, previous: 0 };
    const seen = new Set<number>();
    for (let i = 1; !(seen.has(0) && seen.has(1)); i++) {
      const told = await add(i % 2 ? one : other, i, 50);
      const passed = told.window - held.window;
      const [before, previous] = passed === 0 ? [held.current, held.previous] : passed === 1 ? [0, held.current] : [0, 0];
      expect(told).toEqual({ window: told.window, current: before + i, previous });
      held = told;
      seen.add(passed);
    }
  });

  it('loses no hits added concurrently', async () => {
    const told = await Promise.all(Array.from({ length: 100 }, (_, i) => add(i % 2 ? one : other, 2, 1_000 * MINUTE)));
    expect(told.map(({ current }) => current).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => 2 * (i + 1)));
  });

  it('counts up to maxKeys keys per call, separately and in the given order', async () => {
    const hits = Array.from({ length: one.maxKeys }, (_, i) => ({ key: `${key} ${i}`, windowMs: (1_000 + i) * MINUTE, count: i + 1 }));
    await one.add(hits.slice(0, 3));
    const { counts } = await other.add([...hits].reverse());
    expect(counts.map(({ current }) => current).reverse()).toEqual(hits.map(({ count }, i) => (i < 3 ? 2 * count : count)));
  });

  it('uses one monotonic clock, in Unix milliseconds', async () => {
    const times: number[] = [];
    for (let i = 0; i < 10; i++) times.push((await (i % 2 ? one : other).add([{ key, windowMs: MINUTE, count: 1 }])).now);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every((time) => Number.isSafeInteger(time) && new Date(time).getUTCFullYear() >= 2_024)).toBe(true);
  });
}
