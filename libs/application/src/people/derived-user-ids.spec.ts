import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { PostgresPublicIds } from '@scoreboard/infrastructure/postgres';
import { useDatabase } from '../../../../test/support';
import { DerivedUserIds } from './derived-user-ids';

describe('DerivedUserIds', () => {
  const { database } = useDatabase();
  const secret = randomBytes(32);
  const key = createSecretKey(secret);
  const errors = { report: (_what: string, error: unknown) => void fail(error) };
  const make = () => new DerivedUserIds(key, errors, new PostgresPublicIds(database));

  it('shows p_ and 128 bits of the HMAC, the same in every process', () => {
    const expected = createHmac('sha256', secret).update('ann@mail.example').digest().subarray(0, 16).toString('base64url');
    expect(expected).toHaveLength(22);
    expect([make().shown('ann@mail.example'), new DerivedUserIds(key, errors).shown('ann@mail.example')]).toEqual([`p_${expected}`, `p_${expected}`]);
    expect(make().shown('Ann@mail.example')).not.toBe(`p_${expected}`);
  });

  it('finds the user of an id that another process has shown and stored, and of an own id without looking', async () => {
    const one = make();
    const users = Array.from({ length: 2_500 }, (_, i) => `user-${i}`);
    const ids = users.map((userId) => one.shown(userId));
    await one.store();
    await one.store();
    const other = make();
    expect(await Promise.all([0, 999, 1_000, 2_499].map((i) => other.userOf(ids[i]!)))).toEqual(['user-0', 'user-999', 'user-1000', 'user-2499']);
    expect(await new DerivedUserIds(key, errors).userOf(one.shown('holder'), 'holder')).toBe('holder');
  });

  it('leaves ids of users and unknown ids as they are', async () => {
    for (const id of ['ann', 'p_short', `p_${'x'.repeat(22)}`, `p_${'x'.repeat(23)}`]) expect(await make().userOf(id, 'bob')).toBe(id);
  });
});
