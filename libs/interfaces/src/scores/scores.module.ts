import { type DynamicModule, Module } from '@nestjs/common';
import { AwaitApplied, CommandKeys, FaultLog, FindOutcome, LiveBoard, ReadCommand, ReadHistory, ScoreQueue, SubmitScore } from '@scoreboard/application';
import { Leaderboard, ScoreLedger } from '@scoreboard/domain';
import { provide } from '../provide';
import { ScoreBodyPipe } from './score-body.pipe';
import { ScoresController } from './scores.controller';
import { ScoresOptions } from './scores.options';

/** Raising scores over HTTP. The app provides the ports, `LiveBoard`, verifier and throttlers globally. */
@Module({})
export class ScoresModule {
  static forRoot(options: ScoresOptions): DynamicModule {
    return {
      module: ScoresModule,
      controllers: [ScoresController],
      providers: [
        { provide: ScoresOptions, useValue: options },
        ScoreBodyPipe,
        provide(FindOutcome, ScoreLedger),
        provide(AwaitApplied, FindOutcome, Leaderboard, LiveBoard, FaultLog),
        provide(SubmitScore, ScoreQueue, CommandKeys, FindOutcome, AwaitApplied, FaultLog),
        provide(ReadCommand, ScoreLedger, FaultLog),
        provide(ReadHistory, ScoreLedger, FaultLog),
      ],
    };
  }
}
