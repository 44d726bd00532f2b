import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import type { Settings } from '@scoreboard/infrastructure/config';
import { HostObservabilityModule } from '@scoreboard/infrastructure/observability';
import { RateLimitsModule } from '@scoreboard/infrastructure/rate-limits';
import { ApplyScoresModule, BoardCacheModule, BoardsModule, EventsModule, FlagRulesModule, HostSocketsModule, LeaderboardModule, LedgerConsumersModule, ModerationModule, PeopleModule, RouteLimitsModule, ScoresModule, UserIdsModule } from '@scoreboard/interfaces';
import { HostPortsModule } from './host-ports.module';
import { HOST_SETTINGS, hostSettings } from './host-settings';
import { NoLedgerEventsModule } from './no-ledger-events.module';
import { MODULE_OPTIONS_TOKEN } from './options-token';
import { PARTS, type ScoreboardExtras, type ScoreboardOptions } from './scoreboard-options';

export const EXTRAS = Symbol('roles and adapters of the scoreboard');

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ScoreboardOptions>({ optionsInjectionToken: MODULE_OPTIONS_TOKEN })
  .setClassMethodName('forRoot')
  .setExtras<ScoreboardExtras>({ roles: PARTS, adapters: {}, operations: true }, withModules)
  .build();

/** `forRoot(options)` and `forRootAsync({ imports, inject, useFactory, useClass, useExisting, …extras })`. */
export const ScoreboardDefinition = ConfigurableModuleClass;

function withModules(definition: DynamicModule, extras: ScoreboardExtras): DynamicModule {
  const { roles = PARTS, adapters = {}, operations = true } = extras;
  const checked = { provide: HOST_SETTINGS, useFactory: (options: ScoreboardOptions) => hostSettings(options, extras), inject: [MODULE_OPTIONS_TOKEN] };
  return {
    ...definition,
    global: true,
    imports: [
      ...(definition.imports ?? []),
      HostObservabilityModule.forRoot(operations),
      HostPortsModule.forRoot(adapters),
      RateLimitsModule,
      UserIdsModule.forRoot({}),
      BoardCacheModule,
      BoardsModule,
      ...(roles.includes('api') ? api(!adapters.ledger) : []),
      ...(roles.includes('worker') ? [worker, ...(adapters.ledger ? [NoLedgerEventsModule] : [LedgerConsumersModule, flagRules])] : []),
      ...(roles.includes('gateway') ? [sockets] : []),
    ],
    providers: [...(definition.providers ?? []), checked, { provide: EXTRAS, useValue: { roles, adapters, operations } }],
    // The host's own providers may inject `SubmitScore` and `ReadLeaderboard`.
    exports: [...(definition.exports ?? []), HOST_SETTINGS, MODULE_OPTIONS_TOKEN, ...(roles.includes('api') ? [ScoresModule, LeaderboardModule] : [])],
  };
}

const inject = [HOST_SETTINGS];

const limits = RouteLimitsModule.forRootAsync({ useFactory: (settings: Settings) => ({ writes: settings.RATE_LIMIT_WRITES, reads: settings.RATE_LIMIT_READS }), inject });

const scores = ScoresModule.forRootAsync({
  useFactory: (settings: Settings) => ({ maxIncrement: settings.MAX_SCORE_INCREMENT, requireActionToken: settings.REQUIRE_ACTION_TOKEN }),
  inject,
});

const worker = ApplyScoresModule.forRootAsync({ useFactory: ({ BOARDS_FILE: boards }: Settings) => ({ boards }), inject });

const flagRules = FlagRulesModule.forRootAsync({ useFactory: ({ FLAG_RULES_FILE: rules = [] }: Settings) => rules, inject });

/** Moderation, names and ledger events need PostgreSQL. */
const api = (isOnPostgres: boolean) => [limits, scores, LeaderboardModule, ...(isOnPostgres ? [ModerationModule, PeopleModule.forRoot({}), EventsModule] : [])];

const sockets = HostSocketsModule.forRootAsync({
  useFactory: (settings: Settings) => ({
    pushIntervalMs: settings.PUSH_INTERVAL_MS,
    corsOrigins: settings.CORS_ORIGINS,
    trustProxy: settings.TRUST_PROXY,
    maxConnections: settings.MAX_CONNECTIONS,
    maxPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
  }),
  inject,
});
