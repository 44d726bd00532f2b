/** Milliseconds since the machine started: times of several processes can be compared. */
export const machineTime = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Calls a task at a steady rate, whatever the ones before take, until the function that it returns is called; that waits for all of them. */
export function steadily(perSecond: number, task: () => Promise<unknown>): () => Promise<void> {
  const running = new Set<Promise<unknown>>();
  const run = () => {
    const one = task().finally(() => running.delete(one));
    running.add(one);
  };
  const timer = perSecond ? setInterval(run, 1_000 / perSecond) : undefined;
  return async () => {
    clearInterval(timer);
    await Promise.all(running);
  };
}
