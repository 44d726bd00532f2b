import { createSecretKey, randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { profilesContract } from '@scoreboard/application/people/profiles.contract';
import { KeyRingCipher } from '@scoreboard/infrastructure/encryption';
import { describeWith, type PlanRow, rowsOf, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { PostgresProfiles } from './postgres-profiles';
import { NAMES } from './reads-by-index';
import { SealedColumns } from './sealed-columns';

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
  });

  describe('finds names', () => {
    const named = async (beginning: string, profiles = new PostgresProfiles(database, ring)) => (await profiles.beginningWith(beginning, 10)).map(({ userId }) => userId).sort();

    it('that are encrypted, without storing what they are', async () => {
      await new PostgresProfiles(database, ring).save('ann', { name: 'Ann Lee' });
      const [row] = await database.query<{ name_code: Buffer }>('SELECT name_code FROM profile');
      expect(row!.name_code.toString('latin1')).not.toMatch(/ann|lee/i);
      expect(await named('ann l')).toEqual(['ann']);
      expect(await named('ann l', new PostgresProfiles(database, newRing('2026')))).toEqual([]);
    });

    it('of every key of the ring, and those in plain text', async () => {
      const keys = ['2026', '2025'].map((id) => ({ id, key: createSecretKey(randomBytes(32)) }));
      await new PostgresProfiles(database).save('a', { name: 'Anna' });
      await new PostgresProfiles(database, new KeyRingCipher([keys[1]!])).save('b', { name: 'Annabel' });
      await new PostgresProfiles(database, new KeyRingCipher(keys)).save('c', { name: 'Annika' });
      expect(await named('ann', new PostgresProfiles(database, new KeyRingCipher(keys)))).toEqual(['a', 'b', 'c']);
    });

    it('that an earlier build stored, changed or removed, once they are indexed', async () => {
      const profiles = new PostgresProfiles(database, ring);
      for (const userId of ['ann', 'bob', 'cid', 'dee', 'eva']) await profiles.save(userId, { name: userId });
      await database.query('UPDATE profile SET name_code = NULL, coded_version = NULL');
      expect(await named('ann')).toEqual([]);
      const renamed = ring.seal('{"name":"Bobby"}', 'profile.shown of bob');
      await database.query(`UPDATE profile SET shown = $1, version = version + 100 WHERE user_id = 'bob'`, [renamed]);
      await database.query(`UPDATE profile SET shown = NULL, version = version + 100 WHERE user_id = 'cid'`);
      expect(await profiles.indexNames(3)).toBe(3);
      const rest = await Promise.all([profiles.indexNames(10), new PostgresProfiles(database, ring).indexNames(10)]);
      expect(Math.max(...rest)).toBe(2);
      expect(await profiles.indexNames(10)).toBe(0);
      expect([await named('ann'), await named('bobb'), await named('ci'), await named('eva')]).toEqual([['ann'], ['bob'], [], ['eva']]);
    });

    it('under a new key after the old one was replaced', async () => {
      const [old, current] = ['2025', '2026'].map((id) => ({ id, key: createSecretKey(randomBytes(32)) }));
      await new PostgresProfiles(database, new KeyRingCipher([old!])).save('ann', { name: 'Ann' });
      await new SealedColumns(database, new KeyRingCipher([current!, old!])).rotate();
      const profiles = new PostgresProfiles(database, new KeyRingCipher([current!]));
      expect(await profiles.indexNames(10)).toBe(1);
      expect(await named('ann', profiles)).toEqual(['ann']);
    });

    it('in a time that does not grow with the number of names that begin alike', async () => {
      const profiles = new PostgresProfiles(database);
      await database.query(
        `INSERT INTO profile (user_id, version, shown, name_code, coded_version)
         SELECT 'u' || i, i, convert_to(json_build_object('name', 'Player ' || i)::text, 'UTF8'), convert_to('player ' || i, 'UTF8'), i FROM generate_series(1, 20000) AS i`,
      );
      expect(await named('player 19999', profiles)).toEqual(['u19999']);
      expect(await profiles.beginningWith('pl', 10)).toHaveLength(10);
      const plan = await database.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) ${NAMES.replace('$1', `'\\x706c'`).replace('$2', `'\\x706d'`).replace('$3', '100')}`);
      const steps = stepsOf(plan[0]!);
      expect(steps.map((step) => step['Index Name']).filter(Boolean)).toEqual(['profile_name_code']);
      expect(rowsOf(steps)).toBeLessThanOrEqual(202); // read, returned, and the limit
      const uncoded = await database.query<PlanRow>('EXPLAIN (ANALYZE, FORMAT JSON) SELECT user_id FROM profile WHERE coded_version IS DISTINCT FROM version ORDER BY user_id LIMIT 200');
      expect(rowsOf(stepsOf(uncoded[0]!))).toBe(0);
    });
  });
});

describe('PostgresProfiles on the embedded database', () => {
  const database = useEmbeddedDatabase();

  profilesContract(async () => {
    await database.query('TRUNCATE profile');
    return new PostgresProfiles(database);
  });
});
