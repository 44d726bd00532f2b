import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { type FlagRule, JudgeUpdates, PastUpdates, PlayerFlags, ProjectStandings } from '@scoreboard/application';
import type { LedgerEvent } from '@scoreboard/domain';
import { ProjectionModule } from '../leaderboard/projection.module';
import { OnLedgerEvent } from './on-ledger-event.decorator';

/** Gives applied updates to the rules, in order. */
@Injectable()
class JudgeConsumer {
  constructor(private readonly judgeUpdates: JudgeUpdates) {}

  @OnLedgerEvent({ consumer: 'flag-rules', types: ['score.applied'], batchSize: 200 })
  judge(events: readonly LedgerEvent[]): Promise<void> {
    return this.judgeUpdates.execute(events);
  }
}

/** Judges updates by rules, in the worker and the standalone, after they were applied. Nothing runs without a rule. The app provides the ports globally. */
@Module({})
export class FlagRulesModule {
  static forRoot(rules: readonly FlagRule[]): DynamicModule {
    if (!rules.length) return { module: FlagRulesModule };
    return {
      module: FlagRulesModule,
      imports: [ProjectionModule],
      providers: [
        {
          provide: JudgeUpdates,
          useFactory: (past: PastUpdates, flags: PlayerFlags, projection: ProjectStandings) => new JudgeUpdates(rules, past, flags, projection),
          inject: [PastUpdates, PlayerFlags, ProjectStandings],
        },
        JudgeConsumer,
      ],
      exports: [JudgeUpdates],
    };
  }
}
