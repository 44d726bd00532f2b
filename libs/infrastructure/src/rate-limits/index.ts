export * from './rate-limits.module';
export * from './shared-rate-counters';
export * from './sliding-window-limits';
