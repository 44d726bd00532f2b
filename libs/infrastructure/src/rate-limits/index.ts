export * from './shared-hits';
export * from './sliding-window-limits';
