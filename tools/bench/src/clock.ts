import { cpuSeconds } from '@scoreboard/harness';

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

type Processes<Name extends string> = Readonly<Record<Name, { readonly pid: number }>>;

/** Does a task. Resolves with its result, how long it took, and the CPU seconds that each of these processes used meanwhile with its children. */
export async function withCpu<Name extends string, T>(processes: Processes<Name>, task: () => Promise<T>) {
  const held = () => Object.entries<{ readonly pid: number }>(processes).map(([name, { pid }]) => [name, cpuSeconds(pid)] as const);
  const [before, at] = [held(), performance.now()];
  const result = await task();
  const seconds = (performance.now() - at) / 1_000;
  const cpu = Object.fromEntries(held().map(([name, used], i) => [name, used - before[i]![1]])) as Record<Name, number>;
  return { result, seconds, cpu };
}
