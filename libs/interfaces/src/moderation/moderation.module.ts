import { Module } from '@nestjs/common';
import { AuditLog, ErrorReporter, HideUser, ListHidden, PlayerFlags, ProjectStandings, ReverseScores, ReviewFlags } from '@scoreboard/application';
import { LedgerAdjustments } from '@scoreboard/domain';
import { ProjectionModule } from '../projection.module';
import { provide } from '../provide';
import { FlagsController } from './flags.controller';
import { ModerationController } from './moderation.controller';

/** Moderation over HTTP. The app provides the ports and the verifier globally. */
@Module({
  imports: [ProjectionModule],
  controllers: [ModerationController, FlagsController],
  providers: [
    provide(ReverseScores, AuditLog, LedgerAdjustments, ProjectStandings, ErrorReporter),
    provide(HideUser, AuditLog, LedgerAdjustments, ProjectStandings, ErrorReporter),
    provide(ReviewFlags, PlayerFlags, AuditLog, ProjectStandings, ErrorReporter),
    provide(ListHidden, LedgerAdjustments, ErrorReporter),
  ],
})
export class ModerationModule {}
