import { type BoardDefinition, Refusal, ScoreboardEvents } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard, MemoryLeaderboards, MemoryPublishedBoards } from '@scoreboard/infrastructure/in-process';
import { PostgresAdjustments, PostgresBoards, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { describeWith, useDatabase } from '../../../../test/support';
import { LedgerRanks } from '../leaderboard/ledger-ranks';
import { ReadLeaderboard } from '../leaderboard/read-leaderboard';
import { newCommandId } from '../scores/command-id';
import { Boards } from './boards';
import { FollowPeriods } from './follow-periods';
import { KeepBoards } from './keep-boards';
import { PeriodCaches } from './period-caches';
import { periodAt } from './periods';
import { ReadBoards } from './read-boards';

const DAY = 86_400_000;
const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 1 };

describeWith('TEST_DATABASE_URL', 'ReadBoards', () => {
  const { database } = useDatabase();
  const [oldest, old, last] = [3, 2, 1].map((ago) => periodAt(day, Date.now() - ago * DAY)!);
  const codeOf = (read: Promise<unknown>) => read.then(() => 'ok', (error: Refusal) => error.code);

  /** Three ended days and the current one, of which two have lost their leaderboards. */
  async function start() {
    const [store, ledger, published] = [new PostgresBoards(database), new PostgresLedger(database), new MemoryPublishedBoards()];
    const leaderboards = new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed());
    await store.define([day]);
    for (const period of [oldest!, old!, last!]) await store.open(day, period);
    await ledger.apply([oldest!, oldest!, old!, last!].map(({ start: acceptedAt }, i) => ({ commandId: newCommandId(), userId: `u${i}`, scoreIncrement: i + 1, acceptedAt })));
    const [keep, follow] = [new KeepBoards(store, published, { isAppliedUpTo: async () => true, report: async () => undefined, leave: async () => undefined }, [day]), new FollowPeriods(ledger, leaderboards)];
    for (let i = 0; i < 4; i++) {
      await follow.look(await keep.look(), Date.now());
      await keep.tellClosings();
    }
    const errors = { report: (what: string, error: unknown) => { throw new Error(what, { cause: error }); } };
    const [boards, caches] = [new Boards(published, errors), new PeriodCaches(leaderboards)];
    await boards.refresh();
    const global = new ReadLeaderboard(leaderboards.of(1), new LedgerRanks(ledger, errors, new ScoreboardEvents()), { current: () => undefined, isFresh: () => false }, errors);
    return { boards, caches, read: new ReadBoards(boards, leaderboards, ledger, caches, errors, global, store) };
  }

  it('reads an ended period as before after its leaderboard is gone, and lists it, until it is dropped', async () => {
    const { boards, caches, read } = await start();
    const readerOf = async (...period: Parameters<ReadBoards['of']>) => read.of(...period);
    expect(boards.periods('day')).toHaveLength(2); // the current one, and one that is kept
    expect((await read.periods('day')).map(({ id }) => id)).toEqual([periodAt(day, Date.now())!.id, last!.id, old!.id, oldest!.id]);
    const gone = await read.of('day', oldest!.id);
    const ranked = [{ rank: 1, userId: 'u1', score: 2 }, { rank: 2, userId: 'u0', score: 1 }];
    expect([await gone.top(10), await gone.ranks(2, 1), await gone.ranked(['u0', 'nobody']), await gone.around('u0', 1)]).toEqual([ranked, [ranked[1]], [ranked[1]], ranked]);
    expect([await gone.place('u0'), await gone.players()]).toEqual([{ userId: 'u0', score: 1, rank: 2, players: 2 }, 2]);
    expect(await codeOf(gone.place('u3'))).toBe('unknown-user');
    // More readers at once than scans of totals would be allowed.
    expect(await Promise.all(Array.from({ length: 20 }, async () => (await read.of('day', oldest!.id)).place('u1')))).toHaveLength(20);

    await new PostgresAdjustments(database).setHidden('u1', true, { reason: 'a bot', by: 'mod' });
    expect(await (await read.of('day', oldest!.id)).top(10)).toEqual([{ rank: 1, userId: 'u0', score: 1 }]);

    const [dropped] = await new PostgresBoards(database).past('day', oldest!.id);
    await new PostgresBoards(database).drop(dropped!, 10);
    expect(await codeOf(readerOf('day', oldest!.id))).toBe('unknown-period');
    expect([await codeOf(readerOf('day', '2020-01-01')), await codeOf(readerOf('day', '2026-02-30')), await codeOf(readerOf('nope', old!.id))]).toEqual(['unknown-period', 'invalid-request', 'unknown-board']);
    await caches.stop();
  });
});
