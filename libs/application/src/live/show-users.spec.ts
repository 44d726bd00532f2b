import { MemoryShownProfiles } from '@scoreboard/infrastructure/in-process';
import { ShowUsers } from './show-users';

describe('ShowUsers', () => {
  let profiles: MemoryShownProfiles;
  let reads: (readonly string[])[];
  const faults: string[] = [];
  const errors = { report: (what: string) => void faults.push(what) };

  beforeEach(async () => {
    profiles = new MemoryShownProfiles();
    await profiles.put([{ userId: 'ann', profile: { name: 'Ann', avatarUrl: 'https://a.example/ann.png' } }], '0', 1);
    reads = [];
    const read = profiles.read.bind(profiles);
    profiles.read = (userIds) => (reads.push(userIds), read(userIds));
    faults.length = 0;
  });

  it('adds names and pictures where there are any, with one read for all entries', async () => {
    const users = new ShowUsers(profiles, errors);
    const shown = await users.entries([{ userId: 'bob', score: 2 }, { userId: 'ann', score: 1 }, { userId: 'bob', score: 2 }]);
    expect(shown).toEqual([{ userId: 'bob', score: 2 }, { userId: 'ann', score: 1, name: 'Ann', avatarUrl: 'https://a.example/ann.png' }, { userId: 'bob', score: 2 }]);
    expect(reads).toEqual([['bob', 'ann']]);
  });

  it('reads nothing for entries of a board, which have their names, or for no entries', async () => {
    const users = new ShowUsers(profiles, errors);
    const { entries, version } = await users.board({ revision: 1, entries: [{ rank: 1, userId: 'ann', score: 1 }, { rank: 2, userId: 'bob', score: 1 }] });
    expect([version, reads.length]).toEqual([1, 1]);
    expect(await users.entries(entries)).toBe(entries);
    expect(await users.entries(entries.slice(1))).toEqual([{ rank: 2, userId: 'bob', score: 1 }]);
    expect(await users.entries([])).toEqual([]);
    expect(reads).toHaveLength(1);
  });

  it('calls every listener with the users of each read, and none for entries that have their names', async () => {
    const users = new ShowUsers(profiles, errors);
    const heard: string[] = [];
    for (const name of ['first', 'second']) users.onShown((userIds) => heard.push(`${name} ${userIds.join()}`));
    const { entries } = await users.board({ revision: 1, entries: [{ rank: 1, userId: 'ann', score: 1 }] });
    await users.entries(entries);
    await users.entry({ userId: 'bob', score: 1 });
    expect(heard).toEqual(['first ann', 'second ann', 'first bob', 'second bob']);
  });

  it('asks the source of truth while profiles cannot be read, and otherwise shows users without them', async () => {
    profiles.read = () => Promise.reject(new Error('away'));
    const source = { find: async () => new Map([['ann', { name: 'Ann' }]]) };
    expect(await new ShowUsers(profiles, errors, source).entry({ userId: 'ann', score: 1 })).toEqual({ userId: 'ann', score: 1, name: 'Ann' });
    expect(await new ShowUsers(profiles, errors).entry({ userId: 'ann', score: 1 })).toEqual({ userId: 'ann', score: 1 });
    const failing = { find: () => Promise.reject(new Error('away')) };
    expect(await new ShowUsers(profiles, errors, failing).entry({ userId: 'ann', score: 1 })).toEqual({ userId: 'ann', score: 1 });
    expect(faults).toEqual(Array.from({ length: 4 }, () => 'profiles cannot be read'));
  });
});
