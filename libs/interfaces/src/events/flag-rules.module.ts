import { type DynamicModule, type FactoryProvider, Module, type OnModuleInit } from '@nestjs/common';
import { type FlagRule, JudgeUpdates, LedgerConsumers, PastUpdates, PlayerFlags, ProjectStandings } from '@scoreboard/application';
import { ProjectionModule } from '../projection.module';

const RULES = Symbol('rules that flag suspicious points');

/** An event that failed so often, which takes about three minutes, is set aside. */
const MAX_TRIES = 10;
const RETRY_MS = [1_000, 60_000] as const;

/**
 * Judges updates by rules, in the worker and the standalone, after they were applied: a consumer of ledger events. Without a rule there is no consumer. The app
 * provides the ports and `LedgerConsumers` globally.
 */
@Module({})
export class FlagRulesModule implements OnModuleInit {
  constructor(
    private readonly judge: JudgeUpdates,
    private readonly consumers: LedgerConsumers,
  ) {}

  static forRoot(rules: readonly FlagRule[]): DynamicModule {
    return FlagRulesModule.forRootAsync({ useFactory: () => rules });
  }

  /** For rules that are known when the application is created. */
  static forRootAsync(rules: Pick<FactoryProvider<readonly FlagRule[]>, 'useFactory' | 'inject'>): DynamicModule {
    return {
      module: FlagRulesModule,
      imports: [ProjectionModule],
      providers: [
        { provide: RULES, ...rules },
        {
          provide: JudgeUpdates,
          useFactory: (given: readonly FlagRule[], past: PastUpdates, flags: PlayerFlags, projection: ProjectStandings) => new JudgeUpdates(given, past, flags, projection),
          inject: [RULES, PastUpdates, PlayerFlags, ProjectStandings],
        },
      ],
      exports: [JudgeUpdates],
    };
  }

  onModuleInit(): void {
    if (!this.judge.rules.length) return;
    this.consumers.add({ name: 'flag-rules', types: ['score.applied'], startFrom: 'now', batchSize: 200, maxTries: MAX_TRIES, retryMs: RETRY_MS, handle: (events) => this.judge.execute(events) });
  }
}
