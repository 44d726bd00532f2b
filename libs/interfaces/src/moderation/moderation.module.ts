import { Module } from '@nestjs/common';
import { AuditLog, BoardFeed, FaultLog, HideUser, ListHidden, ProjectStandings, ReverseScores } from '@scoreboard/application';
import { Leaderboard, LedgerCorrections } from '@scoreboard/domain';
import { provide } from '../provide';
import { ModerationController } from './moderation.controller';

/** Moderation over HTTP. The app provides the ports and the verifier globally. */
@Module({
  controllers: [ModerationController],
  providers: [
    provide(ProjectStandings, Leaderboard, BoardFeed, FaultLog),
    provide(ReverseScores, AuditLog, LedgerCorrections, ProjectStandings, FaultLog),
    provide(HideUser, AuditLog, LedgerCorrections, ProjectStandings, FaultLog),
    provide(ListHidden, LedgerCorrections, FaultLog),
  ],
})
export class ModerationModule {}
