import { type INestApplication, Logger } from '@nestjs/common';
import { IdentifyViewer, LiveBoard } from '@scoreboard/application';
import { openFilesProblem } from './open-files';
import type { RefuseOptions } from './refuse';
import { ScoreboardSocketAdapter } from './scoreboard-socket.adapter';

/** A client for which more than this piles up is dropped: some hundred boards. */
const MAX_BUFFERED_BYTES = 256 * 1024;

export interface SocketSettings {
  readonly CORS_ORIGINS: readonly string[];
  readonly TRUST_PROXY: number;
  readonly MAX_CONNECTIONS: number;
  readonly MAX_CONNECTIONS_PER_ADDRESS: number;
}

/**
 * Lets the app's gateways speak Socket.IO and plain WebSockets; takes clients only while the board is fresh. `answer` writes what
 * a refused handshake is told. Warns where the system lets in fewer than `MAX_CONNECTIONS`.
 */
export function openSockets(app: INestApplication, settings: SocketSettings, answer: RefuseOptions['answer']): ScoreboardSocketAdapter {
  const adapter = new ScoreboardSocketAdapter(app, {
    corsOrigins: settings.CORS_ORIGINS,
    trustProxy: settings.TRUST_PROXY,
    maxConnections: settings.MAX_CONNECTIONS,
    maxPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
    answer,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    live: app.get(LiveBoard),
    viewers: app.get(IdentifyViewer),
  });
  const problem = openFilesProblem(settings.MAX_CONNECTIONS);
  if (problem) new Logger('OpenFiles').warn(problem);
  app.useWebSocketAdapter(adapter);
  return adapter;
}
