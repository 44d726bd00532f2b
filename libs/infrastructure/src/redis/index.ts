export * from './redis-action-counts';
export * from './redis-board-feed';
export * from './redis-client';
export * from './redis-command-keys';
export * from './redis-hit-counts';
export * from './redis-leaderboard';
export * from './redis-user-records';
export * from './redis.module';
export { isRedisUp } from './redis-writes';
