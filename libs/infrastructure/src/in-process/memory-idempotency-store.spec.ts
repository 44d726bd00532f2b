import { idempotencyStoreContract } from '@scoreboard/application/scores/idempotency-store.contract';
import { MemoryIdempotencyStore } from './memory-idempotency-store';

describe('MemoryIdempotencyStore', () => {
  idempotencyStoreContract(async () => new MemoryIdempotencyStore(), 'unsure');

  it('forgets the least recently used command beyond its limit', async () => {
    const keys = new MemoryIdempotencyStore({ max: 2 });
    for (const id of ['a', 'b', 'c']) await keys.claim(id, '5 ann');
    expect(await keys.claim('c', '5 ann')).toBe('same');
    expect(await keys.claim('a', '6 ann')).toBe('unsure');
  });
});
