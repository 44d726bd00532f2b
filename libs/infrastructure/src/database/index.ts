export * from './database';
export * from './database.module';
export * from './embedded-database';
export * from './folder-lock';
export * from './postgres-audit-log';
export * from './postgres-corrections';
export * from './postgres-ledger';
