import { drain } from './drain';

describe('drain', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  async function endAll(count: number): Promise<readonly number[]> {
    const at: number[] = [];
    const done = drain(Array.from({ length: count }, () => () => void at.push(Date.now())));
    await jest.runAllTimersAsync();
    await done;
    return at;
  }

  it('disconnects every client once', async () => {
    for (const count of [0, 1, 7, 2_501]) expect(await endAll(count)).toHaveLength(count);
  });

  it('disconnects a few clients at once, and many evenly over five seconds', async () => {
    expect((await endAll(20)).at(-1)).toBeLessThan(100);
    jest.setSystemTime(0);
    const crowd = await endAll(10_000);
    expect(crowd.at(-1)).toBeGreaterThan(4_500);
    expect(crowd.at(-1)).toBeLessThan(5_100);
    const steps = new Map<number, number>();
    for (const at of crowd) steps.set(at, (steps.get(at) ?? 0) + 1);
    expect(Math.max(...steps.values())).toBeLessThanOrEqual(101);
  });
});
