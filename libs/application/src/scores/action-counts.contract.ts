import { randomUUID } from 'node:crypto';
import type { ActionCounts } from './action-counts';

/** What every `ActionCounts` keeps. `make` gives one whose clock is moved by hand. */
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

  it('lets as many through as the limit, and tells the next how long to wait, each user and action for itself', async () => {
    for (let i = 0; i < 3; i++) expect(await take(3)).toBe(0);
    const wait = await take(3);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await take(3, 'quiz')).toBe(0);
    expect(await counts.take({ ...command(), userId: `bob-${userId}` }, 3)).toBe(0);
  });

  it('takes exactly as many of those who race as there are places', async () => {
    const waits = await Promise.all(Array.from({ length: 100 }, () => take(30)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(30);
  });

  it('counts a command once, and lets it through again also where the limit is reached', async () => {
    const first = command();
    const waits = await Promise.all(Array.from({ length: 20 }, () => counts.take(first, 2)));
    expect(new Set(waits)).toEqual(new Set([0]));
    expect(await take(2)).toBe(0);
    expect(await take(2)).toBeGreaterThan(0);
    expect(await counts.take(first, 2)).toBe(0);
  });

  it('knows a command again long after its minute, at no place', async () => {
    const first = command();
    await counts.take(first, 1);
    await pass(3_600);
    expect(await take(1)).toBe(0);
    expect(await counts.take(first, 1)).toBe(0);
    expect(await take(1)).toBeGreaterThan(0);
  });

  it('lets through who waits as long as told, and does not count what it refused', async () => {
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

  it('holds a limit that was lowered', async () => {
    for (let i = 0; i < 5; i++) await take(5);
    expect(await take(2)).toBeGreaterThan(0);
  });
}
