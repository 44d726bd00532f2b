import { EmbeddedBoardFeed, MemoryShownProfiles } from '@scoreboard/infrastructure/in-process';
import { PostgresProfiles } from '@scoreboard/infrastructure/postgres';
import { useDatabase } from '../../../../test/support';
import type { ScoresChanged } from '../live/board-feed';
import { ShowUsers } from '../live/show-users';
import { ReservedNames } from './reserved-names';
import { ChangeProfile } from './change-profile';
import { FollowProfiles } from './follow-profiles';
import { MAX_RESOLVED, RESOLVE_TIMEOUT_MS, type ResolvedProfiles, ResolveProfiles, type ResolvesProfiles } from './resolve-profiles';

const MINUTE_MS = 60_000;

describe('ResolveProfiles', () => {
  const { database } = useDatabase();
  let now: number;
  let reported: string[];
  let hints: ScoresChanged[];
  let users: ShowUsers;
  let newUsers: () => ShowUsers;
  let change: ChangeProfile;
  let resolve: ResolveProfiles;
  let calls: (readonly string[])[];
  const errors = { report: (what: string, error: unknown) => void reported.push(`${what}: ${error instanceof Error ? error.message : String(error)}`) };
  const profiles = new PostgresProfiles(database);

  /** Has `answer` be asked about users. */
  function use(answer: ResolvesProfiles['resolve']): void {
    resolve.use('Players', { resolve: (userIds, signal) => (calls.push([...userIds]), answer(userIds, signal)) });
    users.onShown((userIds) => resolve.want(userIds));
  }
  /** Shows users, and asks about those of them that it is time for. */
  async function show(...userIds: string[]): Promise<readonly object[]> {
    await users.entries(userIds.map((userId) => ({ userId })));
    await resolve.execute();
    users = newUsers(); // remembers no names
    users.onShown((shownIds) => resolve.want(shownIds));
    return users.entries(userIds.map((userId) => ({ userId })));
  }

  beforeEach(async () => {
    await database.query('TRUNCATE profile');
    await database.query('UPDATE profile_version SET version = 0');
    const [shown, feed] = [new MemoryShownProfiles(), new EmbeddedBoardFeed()];
    [now, reported, hints, calls] = [0, [], [], []];
    await feed.subscribe((hint) => hints.push(hint));
    const follow = new FollowProfiles(profiles, shown, feed);
    newUsers = () => new ShowUsers(shown, errors, profiles);
    users = newUsers();
    change = new ChangeProfile(profiles, follow, new ReservedNames(), errors);
    resolve = new ResolveProfiles(profiles, follow, errors, () => now);
  });

  it('asks once about all users who were shown, and tells the feed who has another name now', async () => {
    use(async () => ({ ann: { name: 'Ann' }, bob: { name: 'Bob', avatarUrl: 'https://a.example/bob.png' } }));
    expect(await show('ann', 'bob', 'eve')).toEqual([{ userId: 'ann', name: 'Ann' }, { userId: 'bob', name: 'Bob', avatarUrl: 'https://a.example/bob.png' }, { userId: 'eve' }]);
    expect(calls).toEqual([['ann', 'bob', 'eve']]);
    await new Promise(setImmediate);
    expect(hints).toEqual([{ userIds: ['ann', 'bob'], profiles: 2 }]);
  });

  it('takes a Map and an answer at once too, and asks about at most 100 users in one call', async () => {
    use((userIds) => new Map(userIds.map((userId) => [userId, { name: userId.toUpperCase() }])));
    const many = Array.from({ length: MAX_RESOLVED + 1 }, (_, i) => `user-${i}`);
    expect((await show(...many)).at(-1)).toEqual({ userId: 'user-100', name: 'USER-100' });
    expect(calls.map(({ length }) => length)).toEqual([MAX_RESOLVED, 1]);
  });

  it('asks about a user again after ten minutes, and shows what is said then', async () => {
    let answer: ResolvedProfiles = { ann: { name: 'Ann' } };
    use(() => answer);
    await show('ann');
    answer = { ann: { name: 'Anna' } };
    now += 10 * MINUTE_MS - 1;
    expect(await show('ann')).toEqual([{ userId: 'ann', name: 'Ann' }]);
    now += 1;
    expect(await show('ann')).toEqual([{ userId: 'ann', name: 'Anna' }]);
    answer = {};
    now += 10 * MINUTE_MS;
    expect(await show('ann')).toEqual([{ userId: 'ann' }]);
    expect(calls).toHaveLength(3);
  });

  it('does not ask about users whose profile was saved, and shows that', async () => {
    use(() => ({ ann: { name: 'Resolved' }, bob: { name: 'Bob' } }));
    await change.save('ann', { name: 'Ann' });
    expect(await show('ann', 'bob')).toEqual([{ userId: 'ann', name: 'Ann' }, { userId: 'bob', name: 'Bob' }]);
    expect(calls).toEqual([['bob']]);
    await change.save('bob', { name: 'Bobby' });
    now += 10 * MINUTE_MS;
    expect(await show('bob')).toEqual([{ userId: 'bob', name: 'Bobby' }]);
    expect(calls).toHaveLength(1);
  });

  it('keeps a name that is saved although the resolver says the same', async () => {
    let answer: ResolvedProfiles = { ann: { name: 'Ann' } };
    use(() => answer);
    await show('ann');
    await change.save('ann', { name: 'Ann' });
    answer = { ann: { name: 'Anna' } };
    now += 10 * MINUTE_MS;
    expect(await show('ann')).toEqual([{ userId: 'ann', name: 'Ann' }]);
  });

  it.each<[string, ResolvesProfiles['resolve'], string]>([
    ['throws', () => { throw new Error('no players today'); }, 'no players today'],
    ['rejects', async () => Promise.reject(new Error('no players today')), 'no players today'],
    ['answers nothing', () => undefined as never, 'expected a Map or an object of profiles by user id, received undefined'],
    ['answers a list', () => [{ name: 'Ann' }] as never, 'expected a Map or an object of profiles by user id, received [{"name":"Ann"}]'],
  ])('shows users as before if the resolver %s, reports it, and asks again after a growing pause', async (_what, answer, message) => {
    let isBroken = false;
    use((userIds, signal) => (isBroken ? answer(userIds, signal) : { ann: { name: 'Ann' } }));
    await show('ann');
    isBroken = true;
    now += 10 * MINUTE_MS;
    expect(await show('ann')).toEqual([{ userId: 'ann', name: 'Ann' }]);
    expect(reported).toEqual([`the profile resolver Players failed: ${message}`]);
    for (const pauseMs of [1_000, 2_000, 4_000]) {
      const asked = calls.length;
      now += pauseMs - 1;
      await show('ann');
      expect(calls).toHaveLength(asked);
      now += 1;
      await show('ann');
      expect(calls).toHaveLength(asked + 1);
    }
    isBroken = false;
    now += MINUTE_MS;
    expect(await show('bob', 'ann')).toEqual([{ userId: 'bob' }, { userId: 'ann', name: 'Ann' }]);
  });

  it('gives up a call that hangs after five seconds, aborts its signal, and ignores a late answer', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    try {
      let answerLate!: (late: ResolvedProfiles) => void;
      let given: AbortSignal | undefined;
      use((_, signal) => ((given = signal), new Promise((settle) => (answerLate = settle))));
      resolve.want(['ann']);
      const asking = resolve.execute();
      while (!given) await new Promise(setImmediate);
      jest.advanceTimersByTime(RESOLVE_TIMEOUT_MS);
      await asking;
      expect([given.aborted, reported]).toEqual([true, ['the profile resolver Players failed: no answer within 5000 ms']]);
      answerLate({ ann: { name: 'Late' } });
      await new Promise(setImmediate);
      expect(await profiles.find(['ann'])).toEqual(new Map());
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not wait for a call that hangs when the process stops', async () => {
    let isAsked = false;
    use(() => ((isAsked = true), new Promise(() => undefined)));
    resolve.want(['ann']);
    const asking = resolve.execute();
    while (!isAsked) await new Promise(setImmediate);
    resolve.close();
    await asking;
    expect(reported).toEqual([]);
  });

  it('leaves out what is invalid, and reports it; the rest of the answer counts', async () => {
    use(() => ({ ann: { name: 'A\u202enn', avatarUrl: 'https://a.example/1.png' }, bob: { name: 7, avatarUrl: 'javascript:alert(1)' }, eve: 'Eve', zoe: { name: 'Zoe' }, other: { name: 'Not asked' } }) as never);
    expect(await show('ann', 'bob', 'eve', 'zoe', '__proto__', 'constructor')).toEqual([
      { userId: 'ann', avatarUrl: 'https://a.example/1.png' },
      { userId: 'bob' },
      { userId: 'eve' },
      { userId: 'zoe', name: 'Zoe' },
      { userId: '__proto__' },
      { userId: 'constructor' },
    ]);
    expect(reported.map((line) => line.replace('the profile resolver Players failed: ', ''))).toEqual([
      'name must not contain control, direction or invisible characters',
      'name must be a text',
      'avatarUrl must be a URL that begins with https:// and contains no password',
      'a profile must be { name, avatarUrl }',
    ]);
    expect(await profiles.find(['other'])).toEqual(new Map());
  });

  it('lets at most 10,000 users wait, and asks about the others when they are shown again', async () => {
    use(() => ({}));
    resolve.want(Array.from({ length: 12_000 }, (_, i) => `user-${i}`));
    await resolve.execute();
    expect(calls.flat()).toHaveLength(10_000);
    resolve.want(['user-0', 'user-11999']);
    await resolve.execute();
    expect(calls.at(-1)).toEqual(['user-11999']);
  });

  it('asks again if what was said could not be stored', async () => {
    use(() => ({ ann: { name: 'Ann' } }));
    const save = jest.spyOn(profiles, 'saveResolved').mockRejectedValueOnce(new Error('away'));
    await expect(show('ann')).rejects.toThrow('away');
    save.mockRestore();
    expect(await show('ann')).toEqual([{ userId: 'ann', name: 'Ann' }]);
  });

  it('takes one resolver', () => {
    use(() => ({}));
    expect(() => use(() => ({}))).toThrow('There are two profile resolvers, Players and Players: expected one. Have one of them ask the other.');
  });
});
