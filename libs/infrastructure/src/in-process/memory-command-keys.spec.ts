import { commandKeysContract } from '@scoreboard/application/scores/command-keys.contract';
import { MemoryCommandKeys } from './memory-command-keys';

describe('MemoryCommandKeys', () => {
  commandKeysContract(async () => new MemoryCommandKeys(), 'unsure');

  it('forgets the least recently used command past its bound', async () => {
    const keys = new MemoryCommandKeys({ max: 2 });
    for (const id of ['a', 'b', 'c']) await keys.claim(id, '5 ann');
    expect(await keys.claim('c', '5 ann')).toBe('same');
    expect(await keys.claim('a', '6 ann')).toBe('unsure');
  });
});
