import { PostgresWorkerReports } from '@scoreboard/infrastructure/postgres';
import { describeWith, eventually, useDatabase } from '../../../../test/support';
import { type Deliveries, WorkerProgress } from './worker-progress';

describeWith('TEST_DATABASE_URL', 'WorkerProgress', () => {
  const { database } = useDatabase();
  const reports = new PostgresWorkerReports(database);
  /** A moment far enough in the past that every command accepted before it is in the queue. */
  const moment = () => Date.now() - 10_000;

  /** A worker with its share of the queue's messages; `ready` are with no worker. */
  const start = (state: { ready?: number; heldSeconds?: number; returns?: number } = {}) => {
    const shared = { ready: 0, heldSeconds: 0, returns: 0, ...state };
    const deliveries: Deliveries = { countReady: async () => shared.ready, oldestAgeSeconds: () => shared.heldSeconds, returns: () => shared.returns };
    return { shared, progress: new WorkerProgress(reports, deliveries) };
  };
  const report = async (...workers: readonly ReturnType<typeof start>[]) => {
    for (const { progress } of workers) await progress.report();
  };
  /** Reports until everything before `moment` is known to be applied. */
  const untilApplied = (at: number, ...workers: readonly ReturnType<typeof start>[]) =>
    eventually(async () => {
      await report(...workers);
      expect(await workers[0]!.progress.isAppliedUpTo(at)).toBe(true);
    });
  const age = (seconds: number) => database.query(`UPDATE worker_progress SET seen_at = seen_at - $1 * interval '1 s', empty_ats = ARRAY(SELECT at - $1 * interval '1 s' FROM unnest(empty_ats) AS at), returned_at = returned_at - $1 * interval '1 s'`, [seconds]);

  beforeEach(() => database.query('TRUNCATE worker_progress'));

  it('knows nothing at first', async () => expect(await start().progress.isAppliedUpTo(moment())).toBe(false));

  it('knows that all is applied once the queue is empty and every worker has reported since that it has nothing so old', async () => {
    const [one, two] = [start(), start()];
    await report(one, two);
    expect(await one.progress.isAppliedUpTo(moment())).toBe(false); // a message may have been on its way to a worker
    await untilApplied(moment(), one, two);
  });

  it('waits for what lies in the queue, for what a worker has, and for what was accepted later than the moment allows', async () => {
    const [one, two] = [start({ ready: 1 }), start({ heldSeconds: 60 })];
    const isApplied = async () => {
      await report(one, two);
      await age(2); // the reports are as old as if every worker had reported again
      await report(one, two);
      return one.progress.isAppliedUpTo(moment());
    };
    expect(await isApplied()).toBe(false);
    one.shared.ready = 0;
    two.shared.ready = 0;
    expect(await isApplied()).toBe(false);
    two.shared.heldSeconds = 1;
    await untilApplied(moment(), one, two);
    expect(await one.progress.isAppliedUpTo(Date.now())).toBe(false);
  });

  it('knows it by any of the last looks at the queue after which every worker has reported, and by the one look of an earlier build', async () => {
    const [one, two] = [start(), start()];
    const isAppliedWith = async (looks: string) => {
      await database.query(`UPDATE worker_progress SET ${looks} FROM clock_timestamp() AS now`);
      return one.progress.isAppliedUpTo(moment());
    };
    await report(one, two);
    expect(await isAppliedWith('empty_ats = ARRAY[now]')).toBe(false);
    expect(await isAppliedWith(`empty_ats = ARRAY[now - interval '2 s', now]`)).toBe(true);
    expect(await isAppliedWith(`empty_ats = NULL, empty_at = now - interval '2 s'`)).toBe(true);
    await report(one);
    expect(await database.query('SELECT cardinality(empty_ats) AS looks FROM worker_progress WHERE empty_ats IS NOT NULL')).toEqual([{ looks: 2 }]);
  });

  it('waits a minute for a worker that falls silent, and for one whose messages went back to the queue', async () => {
    const [one, two] = [start(), start()];
    await untilApplied(moment(), one, two);
    two.shared.returns++;
    await report(two);
    expect(await one.progress.isAppliedUpTo(moment())).toBe(false);
    await untilApplied(moment(), one, two);

    await database.query(`UPDATE worker_progress SET empty_ats = ARRAY[clock_timestamp() - interval '1 s'], seen_at = clock_timestamp() + interval '1 s' WHERE worker = (SELECT min(worker::text)::uuid FROM worker_progress)`);
    await database.query(`UPDATE worker_progress SET empty_at = NULL, empty_ats = NULL, seen_at = clock_timestamp() - interval '30 s' WHERE worker <> (SELECT min(worker::text)::uuid FROM worker_progress)`);
    expect(await one.progress.isAppliedUpTo(moment())).toBe(false);
    await database.query(`UPDATE worker_progress SET seen_at = clock_timestamp() - interval '70 s' WHERE empty_at IS NULL`);
    expect(await one.progress.isAppliedUpTo(moment())).toBe(true);
  });

  it('does not wait for a worker that has left, once the queue was seen empty after that', async () => {
    const [one, two] = [start(), start({ heldSeconds: 60 })];
    await report(one, two);
    await two.progress.leave();
    expect(await one.progress.isAppliedUpTo(moment())).toBe(false);
    await untilApplied(moment(), one);
  });
});
