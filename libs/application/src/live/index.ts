export * from './board-cache';
export * from './board-feed';
export * from './feed-listeners';
export * from './identify-subscriber';
export * from './push-throttle';
export * from './subscriber';
export * from './user-hints';
