export * from './audit-log';
export * from './moderator';
export * from './operator';
export * from './read-audit-log';
