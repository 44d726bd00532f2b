import { randomUUID } from 'node:crypto';
import type { ActionCounts } from './action-counts';

/** The contract of every `ActionCounts`. `make` returns one whose clock the test controls. */
export function actionCountsContract(make: () => Promise<{ readonly counts: ActionCounts; readonly pass: (seconds: number) => Promise<void> }>): void {
  let counts: ActionCounts;
  let pass: (seconds: number) => Promise<void>;
  let userId: string;
  const command = (action = 'kill') => ({ commandId: randomUUID(), userId, action });
  const take = (limit: number, action?: string) => counts.take(command(action), limit);

  beforeEach(async () => {
    ({ counts, pass } = await make());
    userId = `ann-${randomUUID()}`;
  });

  it('allows commands up to the limit, then returns the wait time, separately per user and action', async () => {
    for (let i = 0; i < 3; i++) expect(await take(3)).toBe(0);
    const wait = await take(3);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await take(3, 'quiz')).toBe(0);
    expect(await counts.take({ ...command(), userId: `bob-${userId}` }, 3)).toBe(0);
  });

  it('allows exactly the limit of concurrent commands', async () => {
    const waits = await Promise.all(Array.from({ length: 100 }, () => take(30)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(30);
  });

  it('counts a command once, and allows it again even if the limit is reached', async () => {
    const first = command();
    const waits = await Promise.all(Array.from({ length: 20 }, () => counts.take(first, 2)));
    expect(new Set(waits)).toEqual(new Set([0]));
    expect(await take(2)).toBe(0);
    expect(await take(2)).toBeGreaterThan(0);
    expect(await counts.take(first, 2)).toBe(0);
  });

  it('recognizes a command long after its minute without counting it again', async () => {
    const first = command();
    await counts.take(first, 1);
    await pass(3_600);
    expect(await take(1)).toBe(0);
    expect(await counts.take(first, 1)).toBe(0);
    expect(await take(1)).toBeGreaterThan(0);
  });

  it('allows a command after the returned wait time, and does not count refused ones', async () => {
    expect(await take(1)).toBe(0);
    await pass(20);
    const refused = command();
    let wait = 0;
    for (let i = 0; i < 50; i++) wait = await counts.take(refused, 1);
    expect(wait).toBeGreaterThanOrEqual(35);
    expect(wait).toBeLessThanOrEqual(40);
    await pass(wait);
    expect(await counts.take(refused, 1)).toBe(0);
  });

  it('enforces a lowered limit', async () => {
    for (let i = 0; i < 5; i++) await take(5);
    expect(await take(2)).toBeGreaterThan(0);
  });
}
