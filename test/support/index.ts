export * from './describe-with';
export * from './eventually';
export * from './fresh-database';
export * from './use-database';
export * from './use-nodes';
export * from './log-mapping';
export * from './sign-jws';
