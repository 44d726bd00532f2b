export * from './audit-leaderboard';
export * from './follow-ledger';
export * from './leaderboard-records';
export * from './order-rebuild';
export * from './project-standings';
export * from './read-leaderboard';
export * from './rebuild-leaderboard';
export * from './rounds';
