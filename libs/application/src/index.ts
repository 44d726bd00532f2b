export * from './auth';
export * from './leaderboard';
export * from './live';
export * from './moderation';
export * from './scores';
