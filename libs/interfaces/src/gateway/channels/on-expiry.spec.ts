import { onExpiry } from './on-expiry';

const DAY_MS = 86_400_000;

describe('onExpiry', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const inMs = (ms: number): number => (Date.now() + ms) / 1_000;

  it('calls once, five seconds after exp, when the token starts to be refused', () => {
    const end = jest.fn();
    onExpiry(inMs(60_000), end);
    jest.advanceTimersByTime(64_999);
    expect(end).not.toHaveBeenCalled();
    jest.advanceTimersByTime(DAY_MS);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it.each([30, 400])('waits the whole time for a token of %d days, longer than the longest timer', (days) => {
    const end = jest.fn();
    onExpiry(inMs(days * DAY_MS), end);
    jest.advanceTimersByTime(days * DAY_MS);
    expect(end).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(5_000);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('does not call synchronously, even for a token that has just expired or never expires', () => {
    const end = jest.fn();
    onExpiry(inMs(-10_000), end);
    onExpiry(Number.MAX_VALUE, end);
    expect(end).not.toHaveBeenCalled();
    jest.advanceTimersByTime(100 * DAY_MS);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('leaves no timer after cancellation, also with chained timers', () => {
    const end = jest.fn();
    const callOff = onExpiry(inMs(60 * DAY_MS), end);
    jest.advanceTimersByTime(30 * DAY_MS);
    callOff();
    expect(jest.getTimerCount()).toBe(0);
  });
});
