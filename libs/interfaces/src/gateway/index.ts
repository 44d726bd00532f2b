export * from './channels/subscriptions';
export * from './gateway-options';
export * from './gateway.module';
export * from './transport/sockets.module';
export * from './transport/scoreboard-socket.adapter';
