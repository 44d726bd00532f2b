import { EmbeddedBoardFeed, MemoryLeaderboard, MemoryLeaderboards, MemoryPublishedBoards } from '@scoreboard/infrastructure/in-process';
import { PostgresAdjustments, PostgresBoards, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { describeWith, useDatabase } from '../../../../test/support';
import { playBoards } from './played-boards.contract';

describeWith('TEST_DATABASE_URL', 'Boards over time', () => {
  const { database } = useDatabase();

  it('count like a plain sum, in weeks with a change of the clocks and the end of a year', async () => {
    const parts = {
      store: new PostgresBoards(database),
      ledger: new PostgresLedger(database),
      adjustments: new PostgresAdjustments(database),
      leaderboards: new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed()),
      published: new MemoryPublishedBoards(),
    };
    const turnOfTheYear = await playBoards(parts, '2024-12-27T00:00:00Z', 8);
    expect(turnOfTheYear.played).toEqual(turnOfTheYear.summed);
    await database.query('TRUNCATE score_event, score_total, hidden_user, board, board_period, board_closing');
    const changeOfTheClocks = await playBoards(parts, '2025-03-28T00:00:00Z', 4);
    expect(changeOfTheClocks.played).toEqual(changeOfTheClocks.summed);
  }, 120_000);
});
