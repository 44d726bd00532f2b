import { Module } from '@nestjs/common';
import { BoardCache, Boards, BoardStore, ErrorReporter, Leaderboards, LedgerRanks, PeriodCaches, ReadBoards, ReadLeaderboard } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
import { provide } from '../provide';
import { BoardsController } from './boards.controller';
import { LeaderboardController } from './leaderboard.controller';

/** Leaderboard reads over HTTP. The app provides the ports and `BoardCache` globally. */
@Module({
  controllers: [LeaderboardController, BoardsController],
  providers: [
    provide(LedgerRanks, ScoreLedger, ErrorReporter, ScoreboardEvents),
    provide(ReadLeaderboard, Leaderboard, LedgerRanks, BoardCache, ErrorReporter),
    provide(ReadBoards, Boards, Leaderboards, ScoreLedger, PeriodCaches, ErrorReporter, ReadLeaderboard, BoardStore),
  ],
  exports: [ReadLeaderboard, ReadBoards],
})
export class LeaderboardModule {}
