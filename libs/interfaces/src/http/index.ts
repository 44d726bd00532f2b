export * from './create-app';
export * from './http-adapter';
export * from './problem';
export * from './problem.filter';
export * from './schema.pipe';
