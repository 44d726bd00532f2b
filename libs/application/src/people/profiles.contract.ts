import { foldName } from './name-search';
import type { Profiles } from './profiles';

const ANN = { name: 'Ann "the ant" 🐜', avatarUrl: 'https://a.example/ann.png' };

/** The contract of every `Profiles`. `make` returns an empty one. */
export function profilesContract(make: () => Promise<Profiles>): void {
  let profiles: Profiles;
  beforeEach(async () => {
    profiles = await make();
  });
  const find = async (userId: string) => (await profiles.find([userId])).get(userId);

  it('finds the profiles that were saved, of many users at once', async () => {
    expect(await profiles.save('ann', ANN)).toBe(true);
    await profiles.save('bob', { name: 'Bob' });
    expect(await profiles.find(['bob', 'nobody', 'ann'])).toEqual(new Map<string, object>([['ann', ANN], ['bob', { name: 'Bob' }]]));
    expect(await profiles.find([])).toEqual(new Map());
  });

  it('replaces a profile as a whole; an empty one is none', async () => {
    await profiles.save('ann', ANN);
    await profiles.save('ann', { avatarUrl: ANN.avatarUrl });
    expect(await find('ann')).toEqual({ avatarUrl: ANN.avatarUrl });
    await profiles.save('ann', {});
    expect(await find('ann')).toBeUndefined();
  });

  it('keeps a name away that was taken away, until it is allowed again', async () => {
    await profiles.save('ann', ANN);
    await profiles.takeName('ann');
    expect(await find('ann')).toEqual({ avatarUrl: ANN.avatarUrl });
    expect(await profiles.save('ann', { name: 'Ann again' })).toBe(false);
    expect(await profiles.save('ann', { avatarUrl: 'https://a.example/2.png' })).toBe(true);
    await profiles.takeName('ann');
    await profiles.allowName('ann');
    expect(await find('ann')).toEqual({ avatarUrl: 'https://a.example/2.png' });
    expect(await profiles.save('ann', ANN)).toBe(true);
  });

  it('takes the name of a user away who has none yet', async () => {
    await profiles.takeName('ann');
    expect(await find('ann')).toBeUndefined();
    expect(await profiles.save('ann', ANN)).toBe(false);
  });

  describe('that are resolved', () => {
    const resolve = (...resolved: [string, object][]) => profiles.saveResolved(new Map(resolved));

    it('are found and replaced like saved ones, but not by who asks for saved ones', async () => {
      await resolve(['ann', ANN], ['bob', { name: 'Bob' }], ['nobody', {}]);
      expect(await profiles.find(['ann', 'bob', 'nobody'])).toEqual(new Map<string, object>([['ann', ANN], ['bob', { name: 'Bob' }]]));
      expect(await profiles.findSaved(['ann', 'bob'])).toEqual(new Map());
      await resolve(['ann', { name: 'Anna' }], ['bob', {}]);
      expect(await profiles.find(['ann', 'bob'])).toEqual(new Map([['ann', { name: 'Anna' }]]));
    });

    it('never replace a saved profile, until that is empty again', async () => {
      await profiles.save('ann', ANN);
      await resolve(['bob', { name: 'Bobby' }]);
      await profiles.save('bob', { name: 'Bob' });
      await resolve(['ann', { name: 'Anna' }], ['bob', { name: 'Bobby' }]);
      expect(await profiles.findSaved(['ann', 'bob'])).toEqual(new Map<string, object>([['ann', ANN], ['bob', { name: 'Bob' }]]));
      await profiles.save('ann', {});
      await resolve(['ann', { name: 'Anna' }]);
      expect(await find('ann')).toEqual({ name: 'Anna' });
    });

    it('do not bring back a name that a moderator took away, and keep their picture', async () => {
      await resolve(['ann', ANN]);
      await profiles.takeName('ann');
      expect(await find('ann')).toEqual({ avatarUrl: ANN.avatarUrl });
      await resolve(['ann', { name: 'Anna', avatarUrl: 'https://a.example/2.png' }]);
      expect(await find('ann')).toEqual({ avatarUrl: 'https://a.example/2.png' });
      await profiles.allowName('ann');
      await resolve(['ann', ANN]);
      expect(await find('ann')).toEqual(ANN);
    });

    it('are changes for followers, each with a version of its own, and none if nothing changed', async () => {
      const { version: start } = await profiles.changedSince(0, 10);
      await resolve(['ann', ANN], ['bob', { name: 'Bob' }], ['nobody', {}]);
      const { changes, version } = await profiles.changedSince(start, 10);
      expect(changes).toEqual([{ userId: 'ann', profile: ANN }, { userId: 'bob', profile: { name: 'Bob' } }]);
      expect((await profiles.changedSince(start, 1)).changes).toEqual(changes.slice(0, 1));
      await resolve(['ann', ANN], ['bob', { name: 'Bob' }], ['nobody', {}]);
      expect((await profiles.changedSince(version, 10)).version).toBe(version);
    });
  });

  describe('that are looked for by name', () => {
    const named = async (beginning: string, limit = 10) => (await profiles.beginningWith(foldName(beginning), limit)).map(({ userId }) => userId).sort();
    const saveAll = async (names: Readonly<Record<string, string>>) => {
      for (const [userId, name] of Object.entries(names)) await profiles.save(userId, { name });
    };

    it('are found by the beginning of the name as people compare names', async () => {
      await saveAll({ zoe: 'Zoë', zoltan: 'ZOLTÁN', zoran: 'Ｚoran', bo: 'Bo Zoe', wang: '王小明', strasse: 'Straße', full: 'x'.repeat(40) });
      expect(await named('zo')).toEqual(['zoe', 'zoltan', 'zoran']);
      expect(await named('ZOE')).toEqual(['zoe']);
      expect(await named('王')).toEqual(['wang']);
      expect(await named('strass')).toEqual(['strasse']);
      expect(await named('x'.repeat(40))).toEqual(['full']);
      expect(await named(`${'x'.repeat(30)}y`)).toEqual([]);
      expect(await named('zoes')).toEqual([]);
      expect(await profiles.beginningWith('zoe', 10)).toEqual([{ userId: 'zoe', name: 'Zoë' }]);
    });

    it('are at most as many as asked for, one with exactly this name first', async () => {
      await saveAll({ a: 'Anna', b: 'Annabel', c: 'Ann', d: 'Annika', e: 'Anne' });
      expect((await profiles.beginningWith('ann', 2))[0]).toEqual({ userId: 'c', name: 'Ann' });
      expect(await named('ann', 3)).toHaveLength(3);
      expect(await named('ann', 5)).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    it('are found under the new name only after a change, and not without a name', async () => {
      await saveAll({ ann: 'Ann', bob: 'Bob', cid: 'Cid' });
      await profiles.saveResolved(new Map([['dee', { name: 'Dee' }], ['eva', { name: 'Eva' }]]));
      expect(await named('dee')).toEqual(['dee']);
      await profiles.save('ann', { name: 'Nan' });
      await profiles.save('bob', { avatarUrl: ANN.avatarUrl });
      await profiles.takeName('cid');
      await profiles.takeName('eva');
      await profiles.saveResolved(new Map([['dee', { name: 'Deb' }], ['eva', { name: 'Eva' }]]));
      for (const gone of ['ann', 'bob', 'cid', 'dee', 'eva']) expect(await named(gone)).toEqual([]);
      expect([...(await named('nan')), ...(await named('deb'))]).toEqual(['ann', 'dee']);
      expect(await profiles.indexNames(10)).toBe(0);
    });
  });

  it('lists the last change of each user after a version, in order and in pages', async () => {
    const { version: start } = await profiles.changedSince(0, 10);
    await profiles.save('ann', ANN);
    await profiles.save('bob', { name: 'Bob' });
    await profiles.save('ann', { name: 'Anna' });
    const first = await profiles.changedSince(start, 1);
    expect(first.changes).toEqual([{ userId: 'bob', profile: { name: 'Bob' } }]);
    const second = await profiles.changedSince(first.version, 10);
    expect(second.changes).toEqual([{ userId: 'ann', profile: { name: 'Anna' } }]);
    expect(await profiles.changedSince(second.version, 10)).toEqual({ changes: [], version: second.version });
    await profiles.save('ann', {});
    await profiles.takeName('bob');
    expect((await profiles.changedSince(second.version, 10)).changes).toEqual([
      { userId: 'ann', profile: undefined },
      { userId: 'bob', profile: undefined },
    ]);
  });

  it('shows concurrent changes to a follower without a gap', async () => {
    const { version: start } = await profiles.changedSince(0, 10);
    const seen = new Set<string>();
    const names = Array.from({ length: 40 }, (_, i) => `user-${i}`);
    let isDone = false;
    const follow = async () => {
      for (let version = start, last = false; !last; ) {
        last = isDone;
        const page = await profiles.changedSince(version, 7);
        for (const { userId } of page.changes) seen.add(userId);
        last &&= page.version === version;
        version = page.version;
      }
    };
    const following = follow();
    await Promise.all(names.map((name) => profiles.save(name, { name })));
    isDone = true;
    await following;
    expect([...seen].sort()).toEqual([...names].sort());
  });
}
