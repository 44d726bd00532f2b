export * from './describe-with';
export * from './eventually';
export * from './fresh-database';
