/** Stops `performance.now()`, so that nothing expires or refills because the test is slow. The caller restores it. */
export const stopClock = () => jest.spyOn(performance, 'now').mockReturnValue(performance.now());

/** Runs `use` while the clock is stopped. */
export async function withClockStopped<T>(use: () => Promise<T>): Promise<T> {
  const clock = stopClock();
  return use().finally(() => clock.mockRestore());
}
