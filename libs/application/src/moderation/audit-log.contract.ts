import { eventually } from '../../../../test/support';
import type { AuditLog } from './audit-log';

/** What every `AuditLog` keeps. `make` gives an empty one that can seal. */
export function auditLogContract(make: () => Promise<AuditLog>): void {
  let log: AuditLog;
  beforeEach(async () => {
    log = await make();
  });

  it('keeps an entry whole', async () => {
    const entry = { act: 'hide', actor: 'mod', target: 'ann', reason: 'a bot', details: { from: 'x', nested: [1, null] }, address: '2001:db8::7' };
    await log.append(entry);
    expect(await log.newest(10)).toEqual([{ id: expect.any(String), at: expect.any(Date), ...entry }]);
  });

  it('leaves out what an entry does not tell', async () => {
    await log.append({ act: 'token.issue', actor: 'game' });
    expect(await log.newest(10)).toEqual([{ id: expect.any(String), at: expect.any(Date), act: 'token.issue', actor: 'game' }]);
  });

  it('tells the newest first, as many as asked for, and those since a moment', async () => {
    const append = (actor: string) => log.append({ act: 'hide', actor, target: 'ann' });
    await append('first');
    await append('second');
    const [second] = await log.newest(1);
    await eventually(() => expect(Date.now()).toBeGreaterThan(second!.at.getTime() + 1)); // a moment is a millisecond
    await append('third');
    const actors = async (limit: number, since?: Date) => (await log.newest(limit, since)).map((entry) => entry.actor);
    expect(await actors(2)).toEqual(['third', 'second']);
    expect(await actors(3, second!.at)).toEqual(['third']);
    expect(await actors(3, new Date(Date.now() + 60_000))).toEqual([]);
  });
}
