import { watchSurroundings } from './page-lifecycle.ts';

describe('watchSurroundings', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('calls onWake after the machine slept, and not while it is awake', () => {
    const onWake = jest.fn();
    const end = watchSurroundings(onWake, () => undefined);
    jest.advanceTimersByTime(60_000);
    expect(onWake).not.toHaveBeenCalled();
    jest.setSystemTime(Date.now() + 3_600_000);
    jest.advanceTimersByTime(5_000);
    expect(onWake).toHaveBeenCalledTimes(1);
    end();
    expect(jest.getTimerCount()).toBe(0);
  });
});
