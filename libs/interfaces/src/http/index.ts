export * from './create-app';
export * from './host-requests';
export * from './http-adapter';
export * from './problem';
export * from './problem.filter';
export * from './refusal.filter';
export * from './schema.pipe';
