export * from './redis-options';
export * from './settings';
