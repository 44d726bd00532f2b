import { Module } from '@nestjs/common';
import { AuditLog, ErrorReporter, HideUser, ListHidden, ProjectStandings, ReverseScores } from '@scoreboard/application';
import { LedgerAdjustments } from '@scoreboard/domain';
import { ProjectionModule } from '../leaderboard/projection.module';
import { provide } from '../provide';
import { ModerationController } from './moderation.controller';

/** Moderation over HTTP. The app provides the ports and the verifier globally. */
@Module({
  imports: [ProjectionModule],
  controllers: [ModerationController],
  providers: [
    provide(ReverseScores, AuditLog, LedgerAdjustments, ProjectStandings, ErrorReporter),
    provide(HideUser, AuditLog, LedgerAdjustments, ProjectStandings, ErrorReporter),
    provide(ListHidden, LedgerAdjustments, ErrorReporter),
  ],
})
export class ModerationModule {}
