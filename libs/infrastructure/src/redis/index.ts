export * from './redis-action-counts';
export * from './redis-board-feed';
export * from './redis-client';
export * from './redis-idempotency-store';
export * from './redis-leaderboard';
export * from './redis-personal-data';
export * from './redis-rate-counters';
export { isRedisUp } from './redis-writes';
export * from './redis.module';
