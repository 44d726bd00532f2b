export * from './exit';
export * from './http-metrics';
export * from './lifecycle';
export * from './logger';
export * from './scoreboard-metrics';
export * from './observability.module';
export * from './readiness';
