import { setTimeout as delay } from 'node:timers/promises';
import { IntervalTask } from './interval-task';
import { eventually } from '../../../../test/support';

describe('IntervalTask', () => {
  it('runs immediately and periodically, one run at a time, and continues after a failed run', async () => {
    let running = 0;
    let runs = 0;
    const faults: unknown[] = [];
    const task = new IntervalTask(async () => {
      expect(++running).toBe(1);
      await delay(5);
      running--;
      if (++runs === 1) throw new Error('the first failed');
    }, (error) => faults.push(error));
    task.start(1);
    expect(running).toBe(1);
    await eventually(() => expect(runs).toBeGreaterThan(3));
    await task.stop();
    expect(faults).toEqual([new Error('the first failed')]);
  });

  it('waits for the current run when stopped, and starts no more runs', async () => {
    let runs = 0;
    const task = new IntervalTask(async () => {
      await delay(20);
      runs++;
    }, () => undefined);
    task.start(1);
    await task.stop();
    expect(runs).toBe(1);
    await delay(10); // ten intervals
    expect(runs).toBe(1);
  });
});
