export * from './cache.module';
export * from './memory-command-keys';
export * from './memory-leaderboard';
export * from './redis-client';
export * from './redis-command-keys';
export * from './redis-leaderboard';
export * from './redis-user-records';
