import { createSecretKey, randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { profilesContract } from '@scoreboard/application/people/profiles.contract';
import { KeyRingCipher } from '@scoreboard/infrastructure/encryption';
import { describeWith, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { PostgresProfiles } from './postgres-profiles';

const newRing = (id: string) => new KeyRingCipher([{ id, key: createSecretKey(randomBytes(32)) }]);

describeWith('TEST_DATABASE_URL', 'PostgresProfiles on PostgreSQL', () => {
  const { database } = useDatabase();
  const ring = newRing('2026');
  const stored = async () => (await database.query<{ shown: Buffer }>('SELECT shown FROM profile'))[0]!.shown.toString('latin1');
  beforeEach(() => database.query('TRUNCATE profile'));

  profilesContract(async () => new PostgresProfiles(database, ring));

  it('stores no name or picture in plain text if there is a key, and reads what was stored without one', async () => {
    await new PostgresProfiles(database).save('ann', { name: 'Ann Lee' });
    expect(await stored()).toContain('Ann Lee');
    const profiles = new PostgresProfiles(database, ring);
    expect((await profiles.find(['ann'])).get('ann')).toEqual({ name: 'Ann Lee' });
    await profiles.save('ann', { name: 'Ann Lee', avatarUrl: 'https://a.example/1.png' });
    expect(await stored()).not.toMatch(/Ann Lee|a\.example/);
  });

  it('shows a user whose profile cannot be decrypted without one, and logs it', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    await new PostgresProfiles(database, newRing('lost')).save('ann', { name: 'Ann' });
    await new PostgresProfiles(database, ring).save('bob', { name: 'Bob' });
    expect(await new PostgresProfiles(database, ring).find(['ann', 'bob'])).toEqual(new Map([['ann', {}], ['bob', { name: 'Bob' }]]));
    expect(errors.mock.calls).toEqual([['cannot decrypt profile.shown of ann: the key lost is not in DATA_ENCRYPTION_KEYS']]);
    errors.mockRestore();
  });
});

describe('PostgresProfiles on the embedded database', () => {
  const database = useEmbeddedDatabase();

  profilesContract(async () => {
    await database.query('TRUNCATE profile');
    return new PostgresProfiles(database);
  });
});
