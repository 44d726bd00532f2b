export * from './rate-limits.module';
export * from './shared-hits';
export * from './sliding-window-limits';
