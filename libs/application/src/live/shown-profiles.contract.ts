import type { ShownProfiles } from './shown-profiles';

const ANN = { name: 'Ann "the ant" 🐜', avatarUrl: 'https://a.example/ann.png' };

/** The contract of every `ShownProfiles`. `make` returns an empty one. */
export function shownProfilesContract(make: () => Promise<ShownProfiles>): void {
  let shown: ShownProfiles;
  beforeEach(async () => {
    shown = await make();
  });

  const put = async (version: number, ...changes: Parameters<ShownProfiles['put']>[0]) => shown.put(changes, (await shown.position()).mark, version);

  it('is empty at version 0', async () => {
    expect(await shown.read(['ann'])).toEqual({ version: 0, profiles: [undefined] });
    expect(await shown.read([])).toEqual({ version: 0, profiles: [] });
    expect((await shown.position()).version).toBe(0);
  });

  it('returns the profiles of users in the order asked, with the version of the last change', async () => {
    expect(await put(7, { userId: 'ann', profile: ANN }, { userId: 'bob', profile: { name: 'Bob' } })).toBe(true);
    expect(await shown.read(['bob', 'cy', 'ann', 'bob'])).toEqual({ version: 7, profiles: [{ name: 'Bob' }, undefined, ANN, { name: 'Bob' }] });
    expect((await shown.position()).version).toBe(7);
  });

  it('replaces and removes profiles, and takes a version without changes', async () => {
    await put(1, { userId: 'ann', profile: ANN }, { userId: 'bob', profile: { name: 'Bob' } });
    await put(3, { userId: 'ann', profile: { name: 'Anna' } }, { userId: 'bob', profile: undefined });
    await put(4);
    expect(await shown.read(['ann', 'bob'])).toEqual({ version: 4, profiles: [{ name: 'Anna' }, undefined] });
  });

  it('lets one of several writers continue from a position', async () => {
    const { mark } = await shown.position();
    const put = (name: string) => shown.put([{ userId: 'ann', profile: { name } }], mark, 1);
    const answers = await Promise.all(['one', 'two', 'three'].map(put));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await put('four')).toBe(false);
  });

  it('forgets a user for good, also if the profile is being copied at that moment', async () => {
    await put(1, { userId: 'ann', profile: ANN });
    const { mark } = await shown.position();
    await shown.forget('ann');
    expect(await shown.put([{ userId: 'ann', profile: ANN }], mark, 2)).toBe(false);
    expect(await shown.read(['ann'])).toEqual({ version: 1, profiles: [undefined] });
  });

  it('starts again from version 0 when cleared', async () => {
    await put(5, { userId: 'ann', profile: ANN });
    await shown.clear();
    expect(await shown.read(['ann'])).toEqual({ version: 0, profiles: [undefined] });
    expect(await put(2, { userId: 'ann', profile: { name: 'Ann' } })).toBe(true);
  });
}
