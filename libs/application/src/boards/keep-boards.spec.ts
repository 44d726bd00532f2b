import type { BoardDefinition } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard, MemoryLeaderboards, MemoryPublishedBoards } from '@scoreboard/infrastructure/in-process';
import { PostgresBoards, PostgresLedger, PostgresWorkerReports } from '@scoreboard/infrastructure/postgres';
import { describeWith, useDatabase } from '../../../../test/support';
import { newCommandId } from '../scores/command-id';
import { Boards } from './boards';
import { FollowPeriods } from './follow-periods';
import { KeepBoards } from './keep-boards';
import { periodAfter, periodAt } from './periods';
import { WorkerProgress } from './worker-progress';

const DAY = 86_400_000;
const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 12 };

describeWith('TEST_DATABASE_URL', 'A worker that keeps the boards', () => {
  const { database } = useDatabase();

  it('opens what lies between when its clock jumps ahead, closes nothing by it, and counts as before when it is back', async () => {
    const [store, ledger, published] = [new PostgresBoards(database), new PostgresLedger(database), new MemoryPublishedBoards()];
    let ahead = 0;
    const now = () => Date.now() + ahead;
    const progress = new WorkerProgress(new PostgresWorkerReports(database), { countReady: async () => 0, oldestAgeSeconds: () => 0, returns: () => 0 });
    const keep = new KeepBoards(store, published, progress, [day], now);
    const boards = new Boards(published, { report: (what, error) => { throw new Error(what, { cause: error }); } }, now);
    const look = async () => {
      await progress.report();
      await keep.look();
      await boards.refresh();
      return { open: (await store.read(Date.now())).boards[0]!.periods.filter(({ closedAt }) => closedAt === undefined).length, current: boards.find('day')?.id };
    };
    const today = periodAt(day, Date.now())!;
    expect(await look()).toEqual({ open: 2, current: today.id });
    ahead = 3 * DAY;
    expect(await look()).toEqual({ open: 5, current: periodAt(day, now())!.id });
    ahead = -2 * DAY;
    expect(await look()).toEqual({ open: 5, current: undefined });
    ahead = 0;
    expect(await look()).toEqual({ open: 5, current: today.id });
    await ledger.apply([{ commandId: newCommandId(), userId: 'ann', scoreIncrement: 5, acceptedAt: Date.now() + 3 * DAY }]);
    expect(await ledger.ofPeriod(boards.find('day', today.id)!.key).top(10)).toEqual([{ rank: 1, userId: 'ann', score: 5 }]);
    expect(boards.find('day', periodAfter(day, today)!.id)).toBeUndefined(); // it has not begun
  });

  it('makes the leaderboard of a period ready before it begins, without the ones that have begun', async () => {
    await database.query('TRUNCATE score_event, score_total, board, board_period, board_closing');
    const [store, leaderboards] = [new PostgresBoards(database), new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed())];
    await store.define([day]);
    const today = periodAt(day, Date.now())!;
    for (const period of [today, periodAfter(day, today)!]) await store.open(day, period);
    const catalog = await store.read(today.start);
    const [next, current] = catalog.boards[0]!.periods;
    const follow = new FollowPeriods(new PostgresLedger(database), leaderboards);
    const isReady = ({ key }: { readonly key: number }) => leaderboards.of(key).position().then(Boolean);
    await follow.prepare(catalog, next!.start - 60_000);
    expect([await isReady(next!), await isReady(current!)]).toEqual([false, false]);
    await follow.prepare(catalog, next!.start - 5_000);
    expect([await isReady(next!), await isReady(current!)]).toEqual([true, false]);
  });
});
