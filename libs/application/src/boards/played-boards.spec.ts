import { BEFORE_ALL_EVENTS, type BoardDefinition, GLOBAL_PERIOD, ScoreboardEvents } from '@scoreboard/domain';
import { EmbeddedBoardFeed, MemoryLeaderboard, MemoryLeaderboards, MemoryPublishedBoards } from '@scoreboard/infrastructure/in-process';
import { PostgresAdjustments, PostgresAuditLog, PostgresBoards, PostgresGuestClaims, PostgresLedger, PostgresLedgerEvents } from '@scoreboard/infrastructure/postgres';
import { describeWith, useDatabase } from '../../../../test/support';
import { ProjectStandings } from '../leaderboard/project-standings';
import { newCommandId } from '../scores/command-id';
import { DropPeriods } from './drop-periods';
import { FillBoard } from './fill-board';
import { FollowPeriods } from './follow-periods';
import { periodAt } from './periods';
import { playBoards } from './played-boards.contract';
import { ProjectPeriods } from './project-periods';

describeWith('TEST_DATABASE_URL', 'Boards over time', () => {
  const { database } = useDatabase();

  it('count like a plain sum, in weeks with a change of the clocks and the end of a year', async () => {
    const parts = {
      store: new PostgresBoards(database),
      ledger: new PostgresLedger(database),
      adjustments: new PostgresAdjustments(database),
      claims: new PostgresGuestClaims(database),
      leaderboards: new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed()),
      published: new MemoryPublishedBoards(),
    };
    const turnOfTheYear = await playBoards(parts, '2024-12-27T00:00:00Z', 8);
    expect(turnOfTheYear.played).toEqual(turnOfTheYear.summed);
    await database.query('TRUNCATE score_event, score_total, hidden_user, guest_claim, board, board_period, board_closing');
    const changeOfTheClocks = await playBoards(parts, '2025-03-28T00:00:00Z', 4);
    expect(changeOfTheClocks.played).toEqual(changeOfTheClocks.summed);
  });

  it('are filled when they are added later: their leaderboards lack nothing at once, and a second run does nothing', async () => {
    await database.query('TRUNCATE score_event, score_total, hidden_user, audit_log, board, board_period, board_closing');
    const [store, ledger, leaderboards] = [new PostgresBoards(database), new PostgresLedger(database), new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed())];
    const audit = new PostgresAuditLog(database);
    const update = (userId: string, scoreIncrement: number) => ({ commandId: newCommandId(), userId, scoreIncrement, acceptedAt: Date.now() });
    const year: BoardDefinition = { id: 'year', reset: 'yearly', timezone: 'UTC', keep: 12 };
    await ledger.apply([update('ann', 5), update('bob', 7), update('ann', 1)]);
    await store.define([year]);
    await store.open(year, periodAt(year, Date.now())!);
    await ledger.apply([update('ann', 2)]);
    const follow = new FollowPeriods(ledger, leaderboards);
    const catalog = await store.read(Date.now());
    await follow.look(catalog, Date.now());
    const [period] = catalog.boards[0]!.periods;
    const leaderboard = leaderboards.of(period!.key);
    expect(await leaderboard.top(10)).toEqual([{ rank: 1, userId: 'ann', score: 2 }]);

    const errors = { report: fail };
    const [global, feed] = [leaderboards.of(GLOBAL_PERIOD), leaderboards.feedOf(GLOBAL_PERIOD)];
    const fill = new FillBoard(store, new ProjectStandings(global, feed, errors, new ScoreboardEvents(), new ProjectPeriods(leaderboards, errors, { catalog })), audit, 2);
    const by = { name: 'ann', console: 'root@test' };
    expect(await fill.preview('year')).toEqual([{ period: period!.id, countsFrom: period!.countsFrom, events: 3 }]);
    expect([await fill.preview('nope'), await fill.execute(by, 'nope')]).toEqual([undefined, undefined]);
    const progress: string[] = [];
    expect(await fill.execute(by, 'year', (done, unit, total) => void progress.push(`${done} of ${total} ${unit}`))).toEqual([{ period: period!.id, looked: 3, counted: 3, isWhole: true }]);
    expect(progress).toEqual([`2 of 3 events of ${period!.id}`, `3 of 3 events of ${period!.id}`]);
    expect(await leaderboard.top(10)).toEqual([{ rank: 1, userId: 'ann', score: 8 }, { rank: 2, userId: 'bob', score: 7 }]);
    expect((await leaderboard.position())!.watermark).toBe((await ledger.head()).lastSeq);
    expect(await fill.execute(by, 'year')).toEqual([]);
    expect(await audit.newest(10)).toEqual([expect.objectContaining({ act: 'boards.fill', actor: 'ann', target: 'year' })]);
    const rebuilt = new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed());
    await new FollowPeriods(ledger, rebuilt).look(catalog, Date.now());
    expect(await rebuilt.of(period!.key).top(10)).toEqual(await leaderboard.top(10));
  });

  it('lose the totals of old periods when an operator drops them: nobody can read these periods, and the rest stays', async () => {
    await database.query('TRUNCATE score_event, score_total, hidden_user, audit_log, board, board_period, board_closing');
    const [store, ledger, leaderboards] = [new PostgresBoards(database), new PostgresLedger(database), new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed())];
    const [audit, adjustments] = [new PostgresAuditLog(database), new PostgresAdjustments(database)];
    const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 12 };
    const [oldest, old, last, current] = [3, 2, 1, 0].map((ago) => periodAt(day, Date.now() - ago * 86_400_000)!);
    await store.define([day]);
    for (const period of [oldest!, old!, last!, current!]) await store.open(day, period);
    const commands = [oldest!, oldest!, old!, last!, current!].map(({ start }, i) => ({ commandId: newCommandId(), userId: `u${i}`, scoreIncrement: 5, acceptedAt: start }));
    await ledger.apply(commands);
    const periods = (await store.read(Date.now())).boards[0]!.periods;
    const keyOf = ({ id }: { readonly id: string }) => periods.find((period) => period.id === id)!.key;
    for (const { id } of [oldest!, old!]) await store.close(periods.find((period) => period.id === id)!);
    const [follow, drop, by] = [new FollowPeriods(ledger, leaderboards), new DropPeriods(store, audit, 1), { name: 'ann', console: 'root@test' }];
    await follow.look(await store.read(Date.now()), Date.now());

    expect(await drop.preview('day', last!.id)).toEqual({ periods: 0, totals: 0 }); // what board.closed tells is not stored yet
    await store.tellClosings();
    for (const [board, before, problem] of [['nope', last!.id, 'board'], ['day', '2026-W01', 'period'], ['day', '2026-02-30', 'period']] as const) {
      expect(await drop.preview(board, before)).toMatchObject({ problem });
      expect(await drop.execute(by, board, before)).toMatchObject({ problem });
    }
    expect(await drop.preview('day', oldest!.id)).toEqual({ periods: 0, totals: 0 });
    expect(await drop.preview('day', '9999-01-01')).toEqual({ periods: 2, totals: 3 }); // last is not closed, current has not ended
    const progress: string[] = [];
    expect(await drop.execute(by, 'day', last!.id, (done, unit) => void progress.push(`${done} ${unit}`))).toEqual({ periods: 2, totals: 3 });
    expect(progress).toEqual(['1 totals', '2 totals', '3 totals']);
    expect(await drop.execute(by, 'day', last!.id)).toEqual({ periods: 0, totals: 0 });
    expect(await audit.newest(10)).toEqual([expect.objectContaining({ act: 'boards.drop', target: 'day', details: { before: last!.id, periods: 2, console: by.console } })]);

    const catalog = await store.read(Date.now());
    expect(catalog.boards[0]!.periods.map(({ id }) => id)).toEqual([current!.id, last!.id]);
    expect(new Set(catalog.expired)).toEqual(new Set([keyOf(oldest!), keyOf(old!)]));
    await follow.look(catalog, Date.now());
    expect(await leaderboards.of(keyOf(old!)).position()).toBeUndefined();
    const reversal = await adjustments.reverse([commands[0]!.commandId]); // its event is still there
    expect([reversal.reversed, reversal.periods]).toEqual([1, undefined]);
    await store.open(day, old!);
    expect((await store.read(Date.now())).boards[0]!.periods).toHaveLength(2);
    expect(await ledger.ofPeriod(keyOf(last!)).top(10)).toEqual([{ rank: 1, userId: 'u3', score: 5 }]);
    expect((await new PostgresLedgerEvents(database).read(BEFORE_ALL_EVENTS, 10, ['board.closed'])).events).toMatchObject([{ period: oldest!.id, players: 2 }, { period: old!.id, players: 1 }]);
  });
});

function fail(_what: string, error: unknown): never {
  throw error;
}
