import { randomUUID } from 'node:crypto';
import type { IdempotencyStore } from './idempotency-store';

/** The contract of every `IdempotencyStore`. `fresh`: its answer for an unknown id. */
export function idempotencyStoreContract(make: () => Promise<IdempotencyStore>, fresh: 'first' | 'unsure'): void {
  let keys: IdempotencyStore;
  beforeEach(async () => {
    keys = await make();
  });

  it(`answers ${fresh} for an unknown id, then distinguishes same from other content`, async () => {
    const commandId = randomUUID();
    expect(await keys.claim(commandId, '5 ann')).toBe(fresh);
    expect(await keys.claim(commandId, '5 ann')).toBe('same');
    expect(await keys.claim(commandId, '6 ann')).toBe('other');
    expect(await keys.claim(commandId, '5 ann')).toBe('same');
    expect(await keys.claim(randomUUID(), '5 ann')).toBe(fresh);
  });

  it('assigns an id to one of several concurrent claims', async () => {
    const commandId = randomUUID();
    const claims = await Promise.all(Array.from({ length: 200 }, (_, i) => keys.claim(commandId, i % 2 ? 'odd' : 'even')));
    expect(claims.filter((claim) => claim === fresh)).toHaveLength(1);
    expect(claims.filter((claim) => claim === 'other')).toHaveLength(100);
  });
}
