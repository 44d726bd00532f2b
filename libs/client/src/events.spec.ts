import { channelOf, eventOf, isOlder, isPersonal, isValid } from './events.ts';

describe('the events of the client library', () => {
  it.each([
    ['top', 'scores:top'],
    ['me@week', 'scores:me@week'],
    ['top:5@week', 'top:5@week'],
    ['around:me@week', 'around:me@week'],
  ])('gets %s from the channel %s', (event, channel) => {
    expect([channelOf(event), eventOf(channel)]).toEqual([channel, event]);
    expect([isPersonal(event), isPersonal(channel)]).toEqual([event.includes('me@'), event.includes('me@')]);
  });

  it.each([
    [{ revision: 1 }, { revision: 2 }, true],
    [{ revision: 2 }, { revision: 2 }, false],
    [{ period: '2026-W49', revision: 1 }, { period: '2026-W48', revision: 2 }, false],
    [{ period: '2026-W48', revision: 2 }, { period: '2026-W49', revision: 1 }, true],
    [{ period: '2026-W48', revision: 1 }, { period: '2026-W48', revision: 2 }, true],
    [{ period: '2026-11-28' }, { period: '2026-11-29' }, true],
    [{ period: '2026-11-29' }, { period: '2026-11-29' }, false],
  ])('compares %j with %j: older is %s', (data, known, expected) => {
    expect(isOlder(data, known)).toBe(expected);
  });

  it.each([
    ['top@week', { board: 'week', period: '2026-W48', revision: 1, entries: [] }, true],
    ['top@week', { revision: 1, entries: [] }, false],
    ['top', { revision: 1, entries: [] }, true],
    ['top', { entries: [] }, false],
    ['me', { userId: 'ann', score: 1, rank: null }, true],
    ['me', null, false],
    ['around:me', [], true],
    ['around:me@week', { board: 'week', period: '2026-W48', entries: [] }, true],
    ['around:me@week', [], false],
  ])('takes %s with %j: %s', (event, data, expected) => {
    expect(isValid(event, data)).toBe(expected);
  });
});
