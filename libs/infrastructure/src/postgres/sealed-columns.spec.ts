import { createSecretKey, randomBytes } from 'node:crypto';
import { KeyRingCipher } from '@scoreboard/infrastructure/encryption';
import { describeWith, useDatabase } from '../../../../test/support';
import { PostgresAuditLog } from './postgres-audit-log';
import { PostgresProfiles } from './postgres-profiles';
import { SealedColumns } from './sealed-columns';

const newKey = (id: string) => ({ id, key: createSecretKey(randomBytes(32)) });

describeWith('TEST_DATABASE_URL', 'SealedColumns', () => {
  const [old, current] = [newKey('2025'), newKey('2026')];
  const ring = new KeyRingCipher([current, old]);
  const { database } = useDatabase();
  beforeEach(() => database.query('TRUNCATE audit_log, profile'));

  const append = async (key: typeof old, ...addresses: (string | undefined)[]) => {
    const log = new PostgresAuditLog(database, new KeyRingCipher([key]));
    await Promise.all(addresses.map((address) => log.append({ act: 'hide', actor: 'mod', address })));
  };
  const addresses = async (keys: (typeof old)[]) => (await new PostgresAuditLog(database, new KeyRingCipher(keys)).newest(2_000)).map(({ address }) => address);

  it('re-encrypts all addresses with the current key, in pages, so that the old key can be removed', async () => {
    const sealed = Array.from({ length: 1_203 }, (_, i) => `203.0.113.${i}`);
    await append(old, ...sealed, undefined);
    await append(current, '198.51.100.1');
    expect(await new SealedColumns(database, ring).countByKey()).toEqual({ 2025: 1_203, 2026: 1 });

    const pieces: number[] = [];
    expect(await new SealedColumns(database, ring).rotate((reencrypted) => pieces.push(reencrypted))).toEqual({ reencrypted: 1_203, broken: [] });
    expect(pieces).toEqual([500, 1_000, 1_203]);
    expect(await new SealedColumns(database, ring).countByKey()).toEqual({ 2026: 1_204 });
    expect((await addresses([current])).sort()).toEqual([...sealed, '198.51.100.1', undefined].sort());
    expect(await new SealedColumns(database, ring).rotate()).toEqual({ reencrypted: 0, broken: [] });
  });

  it('continues after an interruption', async () => {
    await append(old, ...Array.from({ length: 700 }, () => '203.0.113.7'));
    const stop = () => {
      throw new Error('stopped');
    };
    await expect(new SealedColumns(database, ring).rotate(stop)).rejects.toThrow('stopped');
    expect(await new SealedColumns(database, ring).countByKey()).toEqual({ 2025: 200, 2026: 500 });
    expect(await new SealedColumns(database, ring).rotate()).toMatchObject({ reencrypted: 200 });
  });

  it('keeps and names addresses that it cannot decrypt, and re-encrypts the rest', async () => {
    await append(old, '203.0.113.1', '203.0.113.2');
    await append(newKey('lost'), '203.0.113.3');
    const { reencrypted, broken } = await new SealedColumns(database, ring).rotate();
    expect(reencrypted).toBe(2);
    expect(broken).toEqual([expect.stringMatching(/^cannot decrypt audit_log.address of [0-9a-f-]{36}: the key lost is not in DATA_ENCRYPTION_KEYS$/)]);
    expect(await new SealedColumns(database, ring).countByKey()).toEqual({ 2026: 2, lost: 1 });
  });

  it('re-encrypts profiles too, and encrypts those that were stored without a key', async () => {
    await new PostgresProfiles(database).save('ann', { name: 'Ann' });
    await new PostgresProfiles(database, new KeyRingCipher([old])).save('bob', { name: 'Bob' });
    expect(await new SealedColumns(database, ring).countByKey()).toEqual({ '2025': 1, '(plain text)': 1 });
    expect(await new SealedColumns(database, ring).rotate()).toEqual({ reencrypted: 2, broken: [] });
    expect(await new SealedColumns(database, ring).countByKey()).toEqual({ '2026': 2 });
    const profiles = new PostgresProfiles(database, new KeyRingCipher([current]));
    expect(await profiles.find(['ann', 'bob'])).toEqual(new Map([['ann', { name: 'Ann' }], ['bob', { name: 'Bob' }]]));
  });
});
