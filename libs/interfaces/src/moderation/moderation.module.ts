import { Module } from '@nestjs/common';
import { AuditLog, FaultLog, HideUser, ListHidden, ProjectStandings, ReverseScores } from '@scoreboard/application';
import { LedgerCorrections } from '@scoreboard/domain';
import { ProjectionModule } from '../leaderboard/projection.module';
import { provide } from '../provide';
import { ModerationController } from './moderation.controller';

/** Moderation over HTTP. The app provides the ports and the verifier globally. */
@Module({
  imports: [ProjectionModule],
  controllers: [ModerationController],
  providers: [
    provide(ReverseScores, AuditLog, LedgerCorrections, ProjectStandings, FaultLog),
    provide(HideUser, AuditLog, LedgerCorrections, ProjectStandings, FaultLog),
    provide(ListHidden, LedgerCorrections, FaultLog),
  ],
})
export class ModerationModule {}
