import { eventually } from '../eventually.contract';
import type { AuditFilter, AuditLog } from './audit-log';

/** The contract of every `AuditLog`. `make` returns an empty one with an encryption key. */
export function auditLogContract(make: () => Promise<AuditLog>): void {
  let log: AuditLog;
  beforeEach(async () => {
    log = await make();
  });

  it('stores every field of an entry', async () => {
    const entry = { act: 'hide', actor: 'mod', target: 'ann', reason: 'a bot', details: { from: 'x', nested: [1, null] }, address: '2001:db8::7' };
    await log.append(entry);
    expect(await log.newest(10)).toEqual([{ id: expect.any(String), at: expect.any(Date), ...entry }]);
  });

  it('leaves out absent fields', async () => {
    await log.append({ act: 'token.issue', actor: 'game' });
    expect(await log.newest(10)).toEqual([{ id: expect.any(String), at: expect.any(Date), act: 'token.issue', actor: 'game' }]);
  });

  it('returns the newest entries first, up to the limit, and only those after a given time', async () => {
    const append = (actor: string) => log.append({ act: 'hide', actor, target: 'ann' });
    await append('first');
    await append('second');
    const [second] = await log.newest(1);
    await eventually(() => expect(Date.now()).toBeGreaterThan(second!.at.getTime() + 1)); // the resolution is one millisecond
    await append('third');
    const actors = async (limit: number, since?: Date) => (await log.newest(limit, since)).map((entry) => entry.actor);
    expect(await actors(2)).toEqual(['third', 'second']);
    expect(await actors(3, second!.at)).toEqual(['third']);
    expect(await actors(3, new Date(Date.now() + 60_000))).toEqual([]);
  });

  it('finds entries by act, actor, target and time, newest first', async () => {
    await log.append({ act: 'hide', actor: 'mod-1', target: 'ann' });
    await log.append({ act: 'unhide', actor: 'mod-1', target: 'ann' });
    await log.append({ act: 'hide', actor: 'mod-2', target: 'bob', address: '203.0.113.7' });
    const acts = async (filter: AuditFilter) => (await log.find(filter, 10)).map(({ act, actor }) => `${act} by ${actor}`);
    expect(await acts({})).toEqual(['hide by mod-2', 'unhide by mod-1', 'hide by mod-1']);
    expect(await acts({ act: 'hide' })).toEqual(['hide by mod-2', 'hide by mod-1']);
    expect(await acts({ actor: 'mod-1' })).toEqual(['unhide by mod-1', 'hide by mod-1']);
    expect(await acts({ target: 'ann', act: 'unhide' })).toEqual(['unhide by mod-1']);
    expect(await acts({ target: 'an' })).toEqual([]);
    const hour = 3_600_000;
    expect(await acts({ from: new Date(Date.now() - hour), to: new Date(Date.now() + hour) })).toHaveLength(3);
    expect(await acts({ to: new Date(Date.now() - hour) })).toEqual([]);
    expect(await acts({ from: new Date(Date.now() + hour) })).toEqual([]);
    expect(await log.find({ target: 'bob' }, 10)).toEqual([{ ...(await log.newest(1))[0], position: { micros: expect.any(Number), place: expect.any(Number) } }]);
  });

  it('finds each entry once in pages, also entries of one instant, while others are appended', async () => {
    const actors = Array.from({ length: 30 }, (_, i) => `mod-${i}`);
    for (const actor of actors) await log.append({ act: 'hide', actor });
    const found: string[] = [];
    let page = await log.find({ act: 'hide' }, 7);
    while (page.length) {
      found.push(...page.map(({ actor }) => actor));
      await log.append({ act: 'hide', actor: 'later' });
      page = await log.find({ act: 'hide' }, 7, page.at(-1)!.position);
    }
    expect(found).toEqual(actors.reverse());
  });

  it('returns entries of one instant in the reverse of the order in which they were appended', async () => {
    const actors = Array.from({ length: 30 }, (_, i) => `mod-${i}`);
    for (const actor of actors) await log.append({ act: 'hide', actor });
    expect((await log.newest(30)).map(({ actor }) => actor)).toEqual(actors.reverse());
  });
}
