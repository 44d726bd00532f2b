import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import {
  ActionCounts,
  ActionPolicy,
  ActionRules,
  AwaitApplied,
  DecidedIncrements,
  IdempotencyStore,
  ErrorReporter,
  FindOutcome,
  IssueAction,
  BoardCache,
  ReadCommand,
  ReadHistory,
  IdempotencyCheck,
  ScoreQueue,
  ScoreRules,
  SubmitScore,
  TokenSigner,
} from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
import { provide } from '../provide';
import { ActionBodyPipe } from './action-body.pipe';
import { ActionsController } from './actions.controller';
import { ScoreBatchController } from './score-batch.controller';
import { ScoreBatchPipe } from './score-batch.pipe';
import { ScoreBodyPipe } from './score-body.pipe';
import { ScoreRuleDiscovery } from './score-rule-discovery';
import { ScoresController } from './scores.controller';
import { ScoresOptions } from './scores.options';

/** Score updates over HTTP, and the action tokens for them. The app provides the ports, `BoardCache`, verifier, signer and limits globally. */
@Module({})
export class ScoresModule {
  static forRoot(options: ScoresOptions): DynamicModule {
    return ScoresModule.forRootAsync({ useFactory: () => options });
  }

  /** For options that are known when the application is created. */
  static forRootAsync(options: Pick<FactoryProvider<ScoresOptions>, 'useFactory' | 'inject'>): DynamicModule {
    return {
      module: ScoresModule,
      imports: [DiscoveryModule],
      controllers: [ScoresController, ScoreBatchController, ActionsController],
      providers: [
        { provide: ScoresOptions, ...options },
        { provide: ActionPolicy, useExisting: ScoresOptions },
        ScoreBodyPipe,
        ScoreBatchPipe,
        ActionBodyPipe,
        provide(FindOutcome, ScoreLedger),
        provide(AwaitApplied, FindOutcome, Leaderboard, BoardCache, ErrorReporter),
        provide(ActionRules, ActionPolicy, ActionCounts),
        {
          provide: ScoreRules,
          useFactory: ({ maxIncrement }: ScoresOptions, increments: DecidedIncrements, errors: ErrorReporter) => new ScoreRules(maxIncrement, increments, errors),
          inject: [ScoresOptions, DecidedIncrements, ErrorReporter],
        },
        ScoreRuleDiscovery,
        provide(IdempotencyCheck, IdempotencyStore, FindOutcome, ScoreRules, DecidedIncrements, ErrorReporter),
        provide(SubmitScore, ActionRules, IdempotencyCheck, ScoreRules, ScoreQueue, AwaitApplied, ScoreboardEvents),
        provide(IssueAction, TokenSigner, ActionRules),
        provide(ReadCommand, ScoreLedger, ErrorReporter),
        provide(ReadHistory, ScoreLedger, ErrorReporter),
      ],
      exports: [SubmitScore],
    };
  }
}
