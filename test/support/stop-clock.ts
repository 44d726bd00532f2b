/** Stops a clock, by default `performance.now()`, so that nothing expires or refills because the test is slow. It runs again after the test. */
export const stopClock = (clock: { now(): number } = performance, aheadMs = 0) => jest.spyOn(clock, 'now').mockReturnValue(clock.now() + aheadMs);

/** Runs `use` while a clock is stopped, at a moment that is `aheadMs` from now. */
export async function withClockStopped<T>(use: () => Promise<T>, clock?: { now(): number }, aheadMs?: number): Promise<T> {
  const stopped = stopClock(clock, aheadMs);
  return use().finally(() => stopped.mockRestore());
}
