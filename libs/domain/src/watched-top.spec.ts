import { compareStandings } from './standing';
import { type TopChange, WATCHED_PLACES, type WatchedPlace, WatchedTop } from './watched-top';

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

const told = ({ type, who, rank }: TopChange) => [type, who.userId, rank];

describe('WatchedTop', () => {
  it.each([1, 2, 3])('tells who enters and leaves the top ten exactly, over thousands of rises, reversals and hidings (seed %i)', (seed) => {
    const random = numbers(seed);
    const all = new Map<string, WatchedPlace & { readonly hidden: boolean }>();
    const ranked = () => [...all.values()].filter(({ score, hidden }) => score > 0 && !hidden).sort(compareStandings);
    let top = WatchedTop.of([]);
    const expected: unknown[] = [];
    const found: unknown[] = [];
    let refills = 0;
    for (let seq = 1; seq <= 2_000; seq++) {
      const before = ranked().slice(0, 10).map(({ userId }) => userId);
      // Reversals and hidings of the best, which empty the remembered places.
      const falls = random(10) > 0 && seq > 300;
      const userId = falls ? (before[random(10)] ?? 'u0') : `u${random(400)}`;
      const held = all.get(userId) ?? { userId, score: 0, reachedAt: 0, hidden: false };
      const next = falls
        ? random(2) ? { ...held, hidden: !held.hidden } : { ...held, score: Math.max(0, held.score - random(60)), reachedAt: seq }
        : { ...held, score: held.score + 1 + random(30), reachedAt: seq, hidden: held.hidden && random(3) > 0 };
      all.set(userId, next);
      let moved = top.after({ ...next, seq });
      if (moved.isShort) {
        refills++;
        moved = WatchedTop.of(ranked().slice(0, WATCHED_PLACES));
      }
      const after = ranked().slice(0, 10).map((place) => place.userId);
      const left = before.filter((id) => !after.includes(id)).map((id) => ['top.left', id, undefined]);
      const entered = after.flatMap((id, i) => (before.includes(id) ? [] : [['top.entered', id, i + 1]]));
      expected.push(...left, ...entered);
      found.push(...top.changesTo(moved, seq).map(told));
      top = moved;
    }
    expect(found).toEqual(expected);
    expect(refills).toBeGreaterThan(0);
    expect(top.places.length).toBeLessThanOrEqual(WATCHED_PLACES);
  });

  it('numbers the changes of one event, those who left first', () => {
    const tens = Array.from({ length: 11 }, (_, i) => ({ userId: `u${i}`, score: 100 - i, reachedAt: i }));
    const changes = WatchedTop.of(tens).changesTo(WatchedTop.of(tens).after({ userId: 'new', score: 200, reachedAt: 50, seq: 50, hidden: false }), 50);
    expect(changes).toEqual([
      { seq: 50, place: 1, type: 'top.left', who: tens[9] },
      { seq: 50, place: 2, type: 'top.entered', who: { userId: 'new', score: 200, reachedAt: 50 }, rank: 1 },
    ]);
  });
});
