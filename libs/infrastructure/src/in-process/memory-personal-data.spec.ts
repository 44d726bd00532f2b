import { randomUUID } from 'node:crypto';
import { MemoryIdempotencyStore } from './memory-idempotency-store';
import { MemoryPersonalData } from './memory-personal-data';

describe('MemoryPersonalData', () => {
  it('renames only one user, and does not treat a repeated command as the first', async () => {
    const keys = new MemoryIdempotencyStore();
    const [mine, other] = [randomUUID(), randomUUID()];
    await keys.claim(mine, '5 ann');
    await keys.claim(other, '5 joann');
    const records = new MemoryPersonalData(keys);
    expect(await records.count('ann')).toBe(1);
    expect(await records.rename('ann', 'forgotten-x')).toBe(1);
    expect(await records.count('ann')).toBe(0);
    expect(await keys.claim(mine, '5 ann')).toBe('other');
    expect(await keys.claim(other, '5 joann')).toBe('same');
    expect(JSON.stringify(keys.all())).not.toContain('5 ann"');
  });
});
