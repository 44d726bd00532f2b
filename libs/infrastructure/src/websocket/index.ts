export * from './open-sockets';
export * from './scoreboard-socket.adapter';
