import { type DynamicModule, Module } from '@nestjs/common';
import {
  ActionCounts,
  ActionPolicy,
  ActionRules,
  AwaitApplied,
  IdempotencyStore,
  ErrorReporter,
  FindOutcome,
  IssueAction,
  BoardCache,
  ReadCommand,
  ReadHistory,
  IdempotencyCheck,
  ScoreQueue,
  SubmitScore,
  TokenSigner,
} from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
import { provide } from '../provide';
import { ActionBodyPipe } from './action-body.pipe';
import { ActionsController } from './actions.controller';
import { ScoreBodyPipe } from './score-body.pipe';
import { ScoresController } from './scores.controller';
import { ScoresOptions } from './scores.options';

/** Score updates over HTTP, and the action tokens for them. The app provides the ports, `BoardCache`, verifier, signer and limits globally. */
@Module({})
export class ScoresModule {
  static forRoot(options: ScoresOptions): DynamicModule {
    return {
      module: ScoresModule,
      controllers: [ScoresController, ActionsController],
      providers: [
        { provide: ScoresOptions, useValue: options },
        { provide: ActionPolicy, useExisting: ScoresOptions },
        ScoreBodyPipe,
        ActionBodyPipe,
        provide(FindOutcome, ScoreLedger),
        provide(AwaitApplied, FindOutcome, Leaderboard, BoardCache, ErrorReporter),
        provide(ActionRules, ActionPolicy, ActionCounts),
        provide(IdempotencyCheck, IdempotencyStore, FindOutcome, ErrorReporter),
        provide(SubmitScore, ActionRules, IdempotencyCheck, ScoreQueue, AwaitApplied, ScoreboardEvents),
        provide(IssueAction, TokenSigner, ActionRules),
        provide(ReadCommand, ScoreLedger, ErrorReporter),
        provide(ReadHistory, ScoreLedger, ErrorReporter),
      ],
    };
  }
}
