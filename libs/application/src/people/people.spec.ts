import { type Identity, Refusal, type Scope } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryShownProfiles } from '@scoreboard/infrastructure/in-process';
import { PostgresAuditLog, PostgresProfiles } from '@scoreboard/infrastructure/postgres';
import { useDatabase } from '../../../../test/support';
import type { ScoresChanged } from '../live/board-feed';
import { TakeName } from '../moderation/take-name';
import { ChangeProfile } from './change-profile';
import { eventually } from '../../../../test/support';
import { FollowProfiles } from './follow-profiles';
import { NamePlayers } from './name-players';
import { ReadProfile } from './read-profile';
import { ReservedNames } from './reserved-names';

const identity = (userId: string, ...scopes: Scope[]): Identity => ({ issuer: '', subject: userId, userId, scopes: new Set(scopes), expiresAt: 0 });
const moderator = { identity: identity('mod', 'scores:admin'), address: '203.0.113.7' };
const refused = (code: string) => expect.objectContaining({ code });

describe('profiles', () => {
  const { database } = useDatabase();
  const faults: string[] = [];
  const errors = { report: (what: string) => void faults.push(what) };
  let shown: MemoryShownProfiles;
  let feed: EmbeddedBoardFeed;
  let hints: ScoresChanged[];
  let change: ChangeProfile;
  let follow: FollowProfiles;
  let takeName: TakeName;
  let read: ReadProfile;
  const ann = identity('ann', 'scores:write');

  beforeEach(async () => {
    await database.query('TRUNCATE profile, audit_log');
    await database.query('UPDATE profile_version SET version = 0');
    const profiles = new PostgresProfiles(database);
    [shown, feed, hints, faults.length] = [new MemoryShownProfiles(), new EmbeddedBoardFeed(), [], 0];
    await feed.subscribe((hint) => hints.push(hint));
    follow = new FollowProfiles(profiles, shown, feed);
    change = new ChangeProfile(profiles, follow, new ReservedNames(['Root']), errors);
    read = new ReadProfile(profiles, errors);
    takeName = new TakeName(new PostgresAuditLog(database), profiles, follow, errors);
  });
  const shownOf = async (userId: string) => (await shown.read([userId])).profiles[0];
  const delivered = () => new Promise(setImmediate);

  it('shows a change at once where boards are read, and tells the users on the feed', async () => {
    await change.execute(ann, 'ann', { name: 'Ann' });
    expect(await shownOf('ann')).toEqual({ name: 'Ann' });
    await delivered();
    expect(hints).toEqual([{ userIds: ['ann'], profiles: 1 }]);
  });

  it('refuses a player a reserved name, from a token too, and lets a service give it', async () => {
    await expect(change.execute(ann, 'ann', { name: 'Rооt' })).rejects.toMatchObject({ code: 'name-reserved' });
    await change.execute(identity('website', 'profiles:write:any'), 'ann', { name: 'Root' });
    expect(await shownOf('ann')).toEqual({ name: 'Root' });
  });

  it('does not write the same profile again', async () => {
    for (let i = 0; i < 3; i++) await change.execute(ann, 'ann', { name: 'Ann' });
    await change.execute(identity('bob', 'scores:write'), 'bob', {});
    expect((await shown.position()).version).toBe(1);
  });

  it.each<[string, Identity, string]>([
    ['somebody else', identity('bob', 'scores:write'), 'foreign-user'],
    ['a token without scores:write', identity('ann'), 'insufficient-scope'],
    ['a moderator', identity('mod', 'scores:admin'), 'insufficient-scope'],
    ['an action token', { ...ann, actionGrant: { action: 'a', maxIncrement: 1, tokenId: 't' } }, 'insufficient-scope'],
    ['a token without a user', { ...identity('x', 'scores:write'), userId: undefined, missingUserClaim: 'email' }, 'no-user'],
  ])('is not changed by %s', async (_who, who, code) => {
    await expect(change.execute(who, 'ann', { name: 'Ann' })).rejects.toEqual(refused(code));
  });

  it('is changed by a service with profiles:write:any', async () => {
    await change.execute({ ...identity('game', 'profiles:write:any'), userId: undefined }, 'ann', { name: 'Ann' });
    expect(await read.execute('ann')).toEqual({ name: 'Ann' });
    await expect(read.execute('bob')).rejects.toEqual(refused('unknown-profile'));
  });

  it('stays without the name that a moderator took, until the moderator allows one, and the audit log says so', async () => {
    await change.execute(ann, 'ann', { name: 'Admin', avatarUrl: 'https://a.example/1.png' });
    await takeName.execute(moderator, 'ann', true, 'an impostor');
    expect(await shownOf('ann')).toEqual({ avatarUrl: 'https://a.example/1.png' });
    for (const who of [ann, identity('game', 'profiles:write:any')]) await expect(change.execute(who, 'ann', { name: 'Adm1n' })).rejects.toEqual(refused('name-taken-away'));
    await change.execute(ann, 'ann', {});
    await takeName.execute(moderator, 'ann', false, 'apologized');
    await change.execute(ann, 'ann', { name: 'Ann' });
    expect(await shownOf('ann')).toEqual({ name: 'Ann' });
    const entries = await new PostgresAuditLog(database).newest(5);
    expect(entries.map(({ act, actor, target, reason }) => [act, actor, target, reason])).toEqual([
      ['name.allow', 'mod', 'ann', 'apologized'],
      ['name.take', 'mod', 'ann', 'an impostor'],
    ]);
    await expect(takeName.execute({ ...moderator, identity: ann }, 'ann', false, 'me')).rejects.toBeInstanceOf(Refusal);
  });

  describe('of a token', () => {
    const of = (name?: string, avatarUrl?: string, userId = 'ann'): Identity => ({ ...identity(userId, 'scores:write'), profile: { name, avatarUrl } });
    const make = () => new NamePlayers(new PostgresProfiles(database), change, new ReservedNames(['Root']), errors);

    it('names the player once for each change, and leaves what the token does not say', async () => {
      const players = make();
      await change.execute(ann, 'ann', { avatarUrl: 'https://a.example/1.png' });
      for (let i = 0; i < 3; i++) players.see(of('Ann'));
      await eventually(async () => expect(await shownOf('ann')).toEqual({ name: 'Ann', avatarUrl: 'https://a.example/1.png' }));
      const anotherProcess = make();
      anotherProcess.see(of('Ann'));
      anotherProcess.see(of('Bob', undefined, 'bob'));
      await eventually(async () => expect(await shownOf('bob')).toEqual({ name: 'Bob' }));
      players.see(of('Anna', 'https://a.example/2.png'));
      await eventually(async () => expect(await shownOf('ann')).toEqual({ name: 'Anna', avatarUrl: 'https://a.example/2.png' }));
    });

    it('is ignored where it is not valid, and reported once; services and users without scores:write are not named', async () => {
      const players = make();
      for (let i = 0; i < 3; i++) players.see(of('A\u202enn', 'http://a.example/1.png'));
      players.see({ ...of('Game'), scopes: new Set(['scores:write:any']) });
      players.see({ ...of('Nobody'), userId: undefined });
      players.see(of('Bob', undefined, 'bob'));
      await eventually(async () => expect(await shownOf('bob')).toEqual({ name: 'Bob' }));
      expect(await shownOf('ann')).toBeUndefined();
      expect(faults).toEqual(['a token names a player in an invalid way', 'a token names a player in an invalid way']);
    });

    it('does not bring back a name that a moderator took away', async () => {
      await takeName.execute(moderator, 'ann', true, 'an impostor');
      const players = make();
      players.see(of('Admin'));
      players.see(of('Bob', undefined, 'bob'));
      await eventually(async () => expect(await shownOf('bob')).toEqual({ name: 'Bob' }));
      expect(await shownOf('ann')).toBeUndefined();
      expect(faults).toEqual([]);
    });
  });

  it('is copied again if the copy is lost, and if the database was restored to an older state', async () => {
    await change.execute(ann, 'ann', { name: 'Ann' });
    await change.execute(identity('bob', 'scores:write'), 'bob', { name: 'Bob' });
    await shown.clear();
    await follow.look();
    expect((await shown.read(['ann', 'bob'])).profiles).toEqual([{ name: 'Ann' }, { name: 'Bob' }]);
    await database.query(`DELETE FROM profile WHERE user_id = 'bob'`);
    await database.query('UPDATE profile_version SET version = 1');
    await follow.look();
    expect(await shown.read(['ann', 'bob'])).toEqual({ version: 1, profiles: [{ name: 'Ann' }, undefined] });
  });

  it('is stored even if the copy cannot be written: that is made up for later', async () => {
    const put = jest.spyOn(shown, 'put').mockRejectedValueOnce(new Error('away'));
    await change.execute(ann, 'ann', { name: 'Ann' });
    expect(faults).toEqual(['profiles cannot be copied']);
    put.mockRestore();
    await follow.look();
    expect(await shownOf('ann')).toEqual({ name: 'Ann' });
  });
});
