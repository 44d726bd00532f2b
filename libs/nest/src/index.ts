/** The package for your own Nest application. docs/extending.md explains `ScoreboardModule`; the rest is what it is made of. */
export * from '@scoreboard/application';
export * from '@scoreboard/domain';
export * from '@scoreboard/infrastructure/config';
export * from '@scoreboard/infrastructure/encryption';
export * from '@scoreboard/infrastructure/in-process';
export * from '@scoreboard/infrastructure/observability';
export * from '@scoreboard/infrastructure/postgres';
export * from '@scoreboard/infrastructure/rabbitmq';
export * from '@scoreboard/infrastructure/rate-limits';
export * from '@scoreboard/infrastructure/redis';
export * from '@scoreboard/infrastructure/tokens';
export * from '@scoreboard/interfaces';
export * from './host/scoreboard-options';
export * from './host/scoreboard.module';
