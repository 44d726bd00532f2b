export * from './audit-log';
export * from './operator';
