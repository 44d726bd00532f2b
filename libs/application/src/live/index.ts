export * from './board-feed';
export * from './feed-listeners';
export * from './identify-viewer';
export * from './live-board';
export * from './pacer';
export * from './viewer';
