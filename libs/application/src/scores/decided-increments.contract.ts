import { randomUUID } from 'node:crypto';
import type { DecidedIncrements } from './decided-increments';

/** The contract of every `DecidedIncrements`. */
export function decidedIncrementsContract(make: () => Promise<DecidedIncrements>): void {
  let increments: DecidedIncrements;
  beforeEach(async () => {
    increments = await make();
  });

  it('remembers the first increment of each command', async () => {
    const commandId = randomUUID();
    expect(await increments.find(commandId)).toBeUndefined();
    expect(await increments.decide(commandId, 5)).toBe(5);
    expect(await increments.decide(commandId, 7)).toBe(5);
    expect(await increments.find(commandId)).toBe(5);
    expect(await increments.decide(randomUUID(), Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('decides one increment for concurrent requests', async () => {
    const commandId = randomUUID();
    const decided = await Promise.all(Array.from({ length: 50 }, (_, i) => increments.decide(commandId, i + 1)));
    expect(new Set(decided).size).toBe(1);
    expect(await increments.find(commandId)).toBe(decided[0]);
  });
}
