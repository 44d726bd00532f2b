import { randomUUID } from 'node:crypto';
import { MemoryCommandKeys } from './memory-command-keys';
import { MemoryUserRecords } from './memory-user-records';

describe('MemoryUserRecords', () => {
  it('renames one user among others, and what is sent again is not taken for the first', async () => {
    const keys = new MemoryCommandKeys();
    const [mine, other] = [randomUUID(), randomUUID()];
    await keys.claim(mine, '5 ann');
    await keys.claim(other, '5 joann');
    const records = new MemoryUserRecords(keys);
    expect(await records.count('ann')).toBe(1);
    expect(await records.rename('ann', 'forgotten-x')).toBe(1);
    expect(await records.count('ann')).toBe(0);
    expect(await keys.claim(mine, '5 ann')).toBe('other');
    expect(await keys.claim(other, '5 joann')).toBe('same');
    expect(JSON.stringify(keys.all())).not.toContain('5 ann"');
  });
});
