import { timeLeft } from './time-left';
import en from './words/en.json';

describe('timeLeft', () => {
  it.each([
    [11_530_000, '3 h 12 min'],
    [3_600_000, '1 h 0 min'],
    [3_599_999, '59 min'],
    [59_999, '59 s'],
    [-1, '0 s'],
    [86_400_000, '1 d 0 h'],
    [6.5 * 86_400_000, '6 d 12 h'],
  ])('shows %i ms as %s', (ms, text) => {
    expect(timeLeft(ms, en)).toBe(text);
  });
});
