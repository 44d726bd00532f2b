export * from './board-feed';
export * from './command-keys';
export * from './messages';
export * from './score-queue';
