import type { Standing } from '@scoreboard/domain';
import { packIds, packStandings, unpackId, unpackMember } from './packed-standings';

const uuid = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
const looksPacked = ['f81d4fae7dec11d0a76500a0c91e6bf6', 'sixteen-byte-id.', 'seventeen-byte-id', `${uuid}0`, uuid.slice(1), uuid.replaceAll('-', '_')];
const others = [uuid.toUpperCase(), 'F81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'g81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'x', '~'.repeat(255), ...looksPacked];

describe('packed standings', () => {
  it('pack a lower-case UUID into 16 bytes after a zero byte, and leave every other id as it is', () => {
    expect(packIds([uuid]).toString('hex')).toBe(`1100${uuid.replaceAll('-', '')}`);
    for (const id of others) expect(packIds([id])).toEqual(Buffer.concat([Buffer.of(id.length), Buffer.from(id)]));
  });

  it('return every id as it was, and never give two ids the same bytes', () => {
    const ids = [uuid, '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', ...others];
    const packed = ids.map((id) => packIds([id]).subarray(1));
    expect(packed.map(unpackId)).toEqual(ids);
    expect(new Set(packed.map((bytes) => bytes.toString('hex'))).size).toBe(ids.length);
  });

  it('have a value for the hash, and what the member and score of ranked users need, all exact for the largest numbers', () => {
    const max = Number.MAX_SAFE_INTEGER;
    const ann = { userId: 'ann', score: max, reachedAt: max - 1, version: max - 1, hidden: false };
    const read = (standing: Standing) => {
      const packed = packStandings([standing]);
      const at = 5 + packed[4]!;
      const end = at + 1 + packed[at]!;
      expect(packed).toHaveLength(end + 7 + 8);
      return [packed.toString('latin1', 1, 4), packed.toString('latin1', 5, at), packed.toString('latin1', at + 1, end), packed.toString('hex', end, end + 7), packed.readDoubleBE(end + 7)];
    };
    expect(read(ann)).toEqual(['ann', `${max - 1}`, `-${max}`, '1ffffffffffffe', max - 1]);
    expect(read({ ...ann, version: max })).toEqual(['ann', `${max - 1}:${max}`, `-${max}`, '1ffffffffffffe', max]);
    expect(read({ ...ann, version: max, hidden: true })).toEqual(['ann', `${max - 1}:${max}:${max}`, '', '1ffffffffffffe', max]);
    expect(read({ ...ann, reachedAt: 257, version: 257, score: 0 })).toEqual(['ann', '257:257:0', '', '00000000000101', 257]);
    const longest = { ...ann, userId: '~'.repeat(255), version: max };
    expect(packStandings(Array(200).fill(longest))).toHaveLength(200 * (1 + 255 + 1 + 33 + 1 + 17 + 7 + 8));
    expect(packStandings(Array(200).fill({ ...longest, hidden: true }))).toHaveLength(200 * (1 + 255 + 1 + 50 + 1 + 7 + 8));
  });

  it('read the sequence and the user from a member of the ranking', () => {
    const reachedAt = Buffer.from('1fffffffffffff', 'hex');
    expect(unpackMember(Buffer.concat([reachedAt, packIds([uuid]).subarray(1)]))).toEqual({ userId: uuid, reachedAt: Number.MAX_SAFE_INTEGER });
    expect(unpackMember(Buffer.concat([Buffer.from('00000000000101', 'hex'), Buffer.from('ann')]))).toEqual({ userId: 'ann', reachedAt: 257 });
  });
});
