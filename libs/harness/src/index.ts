export * from './free-port';
export * from './postgres-server';
export * from './private-server';
export * from './rabbitmq-server';
export * from './redis-server';
export * from './role-process';
export * from './servers';
export * from './temporary-folder';
