export * from './dead-letter-file';
export * from './embedded-board-feed';
export * from './embedded-score-queue';
export * from './file-dead-letters';
export * from './memory-action-counts';
export * from './memory-command-keys';
export * from './memory-leaderboard';
export * from './memory-user-records';
