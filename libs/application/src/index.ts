export * from './audit';
export * from './auth';
export * from './boards';
export * from './errors';
export * from './leaderboard';
export * from './live';
export * from './moderation';
export * from './scores';
