export * from './audit-leaderboard';
export * from './follow-ledger';
export * from './interval-task';
export * from './ledger-ranks';
export * from './order-rebuild';
export * from './project-standings';
export * from './read-leaderboard';
export * from './rebuild-leaderboard';
