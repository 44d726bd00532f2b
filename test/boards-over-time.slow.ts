import { EmbeddedBoardFeed, MemoryLeaderboard, MemoryLeaderboards, MemoryPublishedBoards } from '@scoreboard/infrastructure/in-process';
import { PostgresAdjustments, PostgresBoards, PostgresGuestClaims, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { describeWith, useDatabase } from './support';
import { playBoards } from '@scoreboard/application/boards/played-boards.contract';

describeWith('TEST_DATABASE_URL', 'Boards over two years', () => {
  const { database } = useDatabase();

  it('count like a plain sum', async () => {
    const parts = {
      store: new PostgresBoards(database),
      ledger: new PostgresLedger(database),
      adjustments: new PostgresAdjustments(database),
      claims: new PostgresGuestClaims(database),
      leaderboards: new MemoryLeaderboards(new MemoryLeaderboard(), new EmbeddedBoardFeed()),
      published: new MemoryPublishedBoards(),
    };
    const { played, summed } = await playBoards(parts, '2023-11-01T00:00:00Z', 732);
    expect(played).toEqual(summed);
  }, 1_800_000);
});
