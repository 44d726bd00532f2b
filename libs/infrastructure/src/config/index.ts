export * from './data-keys';
export * from './redis-options';
export * from './settings';
