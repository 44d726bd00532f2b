export * from './certificate';
export * from './check-servers';
export * from './data-keys';
export * from './jwt-key';
export * from './redis-options';
export * from './secret-files';
export * from './settings';
export * from './settings-error';
