import { nextRevision } from './board';
import { compareStandings, isRanked } from './standing';

describe('compareStandings', () => {
  it('puts the higher score first, then the user who reached it first', () => {
    const [late, best, early] = [{ score: 5, reachedAt: 9 }, { score: 7, reachedAt: 8 }, { score: 5, reachedAt: 3 }];
    expect([late, best, early].sort(compareStandings)).toEqual([best, early, late]);
  });
});

describe('isRanked', () => {
  const standing = { userId: 'ann', score: 1, reachedAt: 1, version: 1, hidden: false };

  it('is false for hidden users and users without a score', () => {
    expect(isRanked(standing)).toBe(true);
    expect(isRanked({ ...standing, hidden: true })).toBe(false);
    expect(isRanked({ ...standing, score: 0 })).toBe(false);
  });
});

describe('nextRevision', () => {
  it('is above the current revision and never below the sequence', () => {
    expect(nextRevision(5, 9)).toBe(9);
    expect(nextRevision(9, 9)).toBe(10);
    expect(nextRevision(12, 9)).toBe(13);
  });
});
