import { differ } from './measure';

describe('the snapshot of a run', () => {
  const totals = { updates: 3, points: 12, probed: 0, errors: [] };

  it('agree where every number is what was accepted', () => {
    expect(differ({ updates: { events: 3 }, points: { history: 12, redis: 12 } }, totals)).toEqual([]);
  });

  it('tell a lost update and a doubled point by name', () => {
    expect(differ({ updates: { events: 2 }, points: { history: 12, redis: 13 } }, totals)).toEqual([
      'events: 2 updates, accepted were 3',
      'redis: 13 points, accepted were 12',
    ]);
  });
});
