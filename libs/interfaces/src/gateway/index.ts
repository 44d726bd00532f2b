export * from './channels/gateway-options';
export * from './channels/subscriptions';
export * from './gateway.module';
export * from './subscriptions.module';
export * from './transport/host-sockets.module';
export * from './transport/sockets.module';
export type { SocketsOptions } from './transport/sockets.options';
export * from './transport/scoreboard-socket.adapter';
