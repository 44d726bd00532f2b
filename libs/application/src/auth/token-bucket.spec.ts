import { TokenBucket } from './token-bucket';

describe('TokenBucket', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const make = () => new TokenBucket({ burst: 20, perSecond: 10 });
  /** The number of requests allowed before the first refusal. */
  function allowed(bucket: TokenBucket): number {
    let count = 0;
    while (bucket.take()) count++;
    return count;
  }

  it('allows the burst at once, then the sustained rate, and never saves more than the burst', () => {
    const bucket = make();
    expect(allowed(bucket)).toBe(20);
    jest.advanceTimersByTime(1_000);
    expect(allowed(bucket)).toBe(10);
    jest.advanceTimersByTime(60_000);
    expect(allowed(bucket)).toBe(20);
  });

  it('never refuses a caller that stays within the rate', () => {
    const bucket = make();
    for (let i = 0; i < 200; i++) {
      expect(bucket.take()).toBe(true);
      jest.advanceTimersByTime(100);
    }
  });

  it('takes nothing if the cost exceeds what is left', () => {
    const bucket = make();
    expect(bucket.take(21)).toBe(false);
    expect(bucket.take(15)).toBe(true);
    expect(bucket.take(6)).toBe(false);
    expect(bucket.take(5)).toBe(true);
  });
});
