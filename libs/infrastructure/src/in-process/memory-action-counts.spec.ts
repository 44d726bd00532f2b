import { actionCountsContract } from '@scoreboard/application/scores/action-counts.contract';
import { MemoryActionCounts } from './memory-action-counts';

describe('MemoryActionCounts', () => {
  actionCountsContract(async () => {
    let now = 1_764_000_000_000;
    return { counts: new MemoryActionCounts({ now: () => now }), pass: async (seconds) => void (now += seconds * 1_000) };
  });

  it('forgets the oldest command beyond its limit', async () => {
    const counts = new MemoryActionCounts({ max: 2 });
    const commands = ['a', 'b', 'c'].map((commandId) => ({ commandId, userId: 'ann', action: 'kill' }));
    for (const command of commands) expect(await counts.take(command, 3)).toBe(0);
    expect(commands.map((command) => counts.knows(command))).toEqual([false, true, true]);
  });
});
