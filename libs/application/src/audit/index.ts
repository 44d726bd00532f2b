export * from './audit-log';
export * from './operator';
export * from './read-audit-log';
