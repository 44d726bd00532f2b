import { PushThrottle } from './push-throttle';

describe('PushThrottle', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs immediately on the first request', () => {
    const task = jest.fn();
    new PushThrottle(task, 50).request();
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('runs at most once per interval, and once more for requests during the interval', async () => {
    const task = jest.fn();
    const throttle = new PushThrottle(task, 50);
    for (let i = 0; i < 10; i++) throttle.request();
    await jest.advanceTimersByTimeAsync(49);
    expect(task).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(task).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(500);
    expect(task).toHaveBeenCalledTimes(2);
  });

  it('runs immediately again after an idle interval', async () => {
    const task = jest.fn();
    const throttle = new PushThrottle(task, 50);
    throttle.request();
    await jest.advanceTimersByTimeAsync(50);
    throttle.request();
    expect(task).toHaveBeenCalledTimes(2);
  });

  it('never runs concurrently, and handles a request made during a slow run', async () => {
    let running = 0;
    let most = 0;
    const task = jest.fn(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 200));
      running--;
    });
    const throttle = new PushThrottle(task, 50);
    throttle.request();
    await jest.advanceTimersByTimeAsync(100);
    throttle.request();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(task).toHaveBeenCalledTimes(2);
    expect(most).toBe(1);
  });

  it('does not run after it is stopped', async () => {
    const task = jest.fn();
    const throttle = new PushThrottle(task, 50);
    throttle.request();
    throttle.request();
    throttle.stop();
    await jest.advanceTimersByTimeAsync(500);
    expect(task).toHaveBeenCalledTimes(1);
  });
});
