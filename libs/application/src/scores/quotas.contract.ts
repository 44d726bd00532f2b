import { randomUUID } from 'node:crypto';
import type { QuotaRequest, Quotas } from './quotas';

const HOUR = 3_600;

/** The contract of every `Quotas`. `make` returns one whose clock the test controls. */
export function quotasContract(make: () => Promise<{ readonly quotas: Quotas; readonly pass: (seconds: number) => Promise<void> }>): void {
  let quotas: Quotas;
  let pass: (seconds: number) => Promise<void>;
  let key: string;
  const take = (amount: number, more: Partial<QuotaRequest> = {}) => quotas.take({ name: 'cap', key, id: randomUUID(), amount, limit: 10, window: HOUR, ...more });

  beforeEach(async () => {
    ({ quotas, pass } = await make());
    key = `ann-${randomUUID()}`;
    // A window begins, so that none ends during the test.
    await pass((await take(1, { key: 'clock' })).resetSeconds);
  });

  it('takes what fits, and nothing of what does not', async () => {
    expect(await take(7)).toMatchObject({ isTaken: true, left: 3 });
    expect(await take(4)).toMatchObject({ isTaken: false, left: 3 });
    expect(await take(3)).toMatchObject({ isTaken: true, left: 0 });
    expect(await take(1)).toMatchObject({ isTaken: false, left: 0 });
    expect(await take(11, { key: `${key}-2` })).toMatchObject({ isTaken: false, left: 10 });
  });

  it('takes exactly the limit for concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => take(3, { limit: 100 })));
    expect(answers.filter(({ isTaken }) => isTaken)).toHaveLength(33);
    expect(await take(1, { limit: 100 })).toMatchObject({ isTaken: true, left: 0 });
  });

  it('takes once for each id, also if the quota is used up, or in a later window', async () => {
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => take(6, { id })));
    expect(answers.every(({ isTaken, left }) => isTaken && left === 4)).toBe(true);
    await take(4);
    expect(await take(6, { id })).toMatchObject({ isTaken: true, left: 0 });
    await pass(HOUR);
    expect(await take(6, { id })).toMatchObject({ isTaken: true, left: 10 });
  });

  it('lets an id try again that did not fit', async () => {
    const id = randomUUID();
    await take(8);
    expect(await take(5, { id })).toMatchObject({ isTaken: false });
    await pass(HOUR);
    expect(await take(5, { id })).toMatchObject({ isTaken: true, left: 5 });
  });

  it('begins anew when the window ends, and says when', async () => {
    await take(10);
    const { resetSeconds } = await take(1);
    expect(resetSeconds).toBeGreaterThan(HOUR - 60);
    expect(resetSeconds).toBeLessThanOrEqual(HOUR);
    await pass(HOUR - 120);
    expect((await take(1)).isTaken).toBe(false);
    await pass(120);
    expect(await take(1)).toMatchObject({ isTaken: true, left: 9 });
  });

  it('counts names, keys and ids separately, also if they are alike', async () => {
    const id = randomUUID();
    await take(10, { name: 'a b', key: `c ${key}`, id });
    expect(await take(10, { name: 'a', key: `b c ${key}`, id })).toMatchObject({ isTaken: true, left: 0 });
    expect(await take(10, { name: 'A', key: `b c ${key}`, id })).toMatchObject({ isTaken: true, left: 0 });
  });

  it('applies a lowered limit at once, and counts large amounts exactly', async () => {
    await take(5);
    expect(await take(1, { limit: 5 })).toMatchObject({ isTaken: false, left: 0 });
    expect(await take(1, { limit: 4 })).toMatchObject({ isTaken: false, left: 0 });
    const limit = Number.MAX_SAFE_INTEGER;
    expect(await take(limit - 6, { limit })).toMatchObject({ isTaken: true, left: 1 });
    expect(await take(2, { limit })).toMatchObject({ isTaken: false, left: 1 });
  });

  it.each<[object, string]>([
    [{ amount: 0 }, 'amount must be'],
    [{ amount: 1.5 }, 'amount must be'],
    [{ limit: NaN }, 'limit must be'],
    [{ window: 0 }, 'window must be'],
    [{ window: 31 * 24 * HOUR + 1 }, 'window must be'],
    [{ key: '' }, 'key must be'],
    [{ id: undefined }, 'id must be'],
    [{ name: 'x'.repeat(65) }, 'name must be'],
  ])('refuses %j', async (wrong, said) => {
    await expect(take(1, wrong)).rejects.toThrow(said);
  });
}
