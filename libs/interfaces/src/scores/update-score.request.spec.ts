import { MAX_TOTAL } from '@scoreboard/domain';
import { readIdempotencyKey, readWait, updateScoreSchema } from './update-score.request';

describe('updateScoreSchema', () => {
  const accepts = (body: unknown, maxIncrement = 1_000) => updateScoreSchema(maxIncrement).safeParse(body).success;

  it.each(['a', 'A9', '_x', '-x', '0', 'auth0|5f7c8ec7', 'a.b:c@d|e+f-g', '.a', '...', ...'!#$%&\'()*+,-/:;=?@[]^_{|}~', 'a/b', '%41', 'u'.repeat(255)])('accepts the user id %p', (userId) => {
    expect(accepts({ userId, scoreIncrement: 1 })).toBe(true);
  });

  it.each(['', '.', '..', 'a"b', 'a\\b', 'a<b', 'a>b', 'a`b', 'a b', 'a\n', 'a\u007f', 'a\u0000', 'ä', 'u'.repeat(256), 7, null, undefined])('refuses the user id %p', (userId) => {
    expect(accepts({ userId, scoreIncrement: 1 })).toBe(false);
  });

  it.each([1, 999, 1_000, 1e3])('accepts the increment %p', (scoreIncrement) => {
    expect(accepts({ userId: 'ann', scoreIncrement })).toBe(true);
  });

  it.each([0, -1, 1.5, 1_001, '5', null, true, NaN, Infinity, undefined, [5]])('refuses the increment %p', (scoreIncrement) => {
    expect(accepts({ userId: 'ann', scoreIncrement })).toBe(false);
  });

  it('accepts increments up to the largest total, and refuses unknown fields', () => {
    expect(accepts({ userId: 'ann', scoreIncrement: MAX_TOTAL }, MAX_TOTAL)).toBe(true);
    expect(accepts({ userId: 'ann', scoreIncrement: MAX_TOTAL + 1 }, MAX_TOTAL)).toBe(false);
    expect(accepts({ userId: 'ann', scoreIncrement: 1, admin: true })).toBe(false);
  });
});

describe('readIdempotencyKey', () => {
  it.each([undefined, 'k', '!~', '"quoted"', 'x'.repeat(255)])('returns %p unchanged', (header) => {
    expect(readIdempotencyKey(header)).toBe(header);
  });

  it.each(['', 'a b', 'ä', 'a\t', '\u007f', 'x'.repeat(256), [['a', 'b']]].flat(1).map((header) => [header]))('refuses %p', (header) => {
    expect(() => readIdempotencyKey(header)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});

describe('readWait', () => {
  it.each([
    [undefined, 0],
    ['', 0],
    ['wait=1', 1_000],
    ['wait=10', 10_000],
    ['WAIT = "3"', 3_000],
    ['respond-async, wait=2', 2_000],
    ['wait=2; foo, other', 2_000],
    [['respond-async', 'wait=4'], 4_000],
    ['wait=0', 0],
    ['wait=11', 0],
    ['wait=100', 0],
    ['wait=-1', 0],
    ['wait=1.5', 0],
    ['wait=soon', 0],
    ['await=5', 0],
    ['return=minimal', 0],
  ])('reads %p as %i ms', (header, ms) => {
    expect(readWait(header)).toBe(ms);
  });
});
