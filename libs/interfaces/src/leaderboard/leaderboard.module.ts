import { Module } from '@nestjs/common';
import { ErrorReporter, BoardCache, ReadLeaderboard } from '@scoreboard/application';
import { Leaderboard, ScoreLedger } from '@scoreboard/domain';
import { provide } from '../provide';
import { LeaderboardController } from './leaderboard.controller';

/** Leaderboard reads over HTTP. The app provides the ports and `BoardCache` globally. */
@Module({
  controllers: [LeaderboardController],
  providers: [provide(ReadLeaderboard, Leaderboard, ScoreLedger, BoardCache, ErrorReporter)],
})
export class LeaderboardModule {}
