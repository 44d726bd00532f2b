import { type INestApplication, Logger } from '@nestjs/common';
import { IdentifyViewer, LiveBoard } from '@scoreboard/application';
import { openFilesProblem, type Settings } from '@scoreboard/infrastructure/config';
import type { BareConnections } from './refuse';
import { ScoreboardSocketAdapter } from './scoreboard-socket.adapter';

/** A client for which more than this piles up is dropped: some hundred boards. */
const MAX_BUFFERED_BYTES = 256 * 1024;

type SocketSettings = Pick<Settings, 'CORS_ORIGINS' | 'TRUST_PROXY' | 'MAX_CONNECTIONS' | 'MAX_CONNECTIONS_PER_ADDRESS'>;

/**
 * Lets the app's gateways speak Socket.IO and plain WebSockets; takes clients only while the board is fresh. `bare` answers
 * what is refused. Warns where the system lets in fewer than `MAX_CONNECTIONS`.
 */
export function openSockets(app: INestApplication, settings: SocketSettings, bare: BareConnections): ScoreboardSocketAdapter {
  const adapter = new ScoreboardSocketAdapter(app, {
    corsOrigins: settings.CORS_ORIGINS,
    trustProxy: settings.TRUST_PROXY,
    maxConnections: settings.MAX_CONNECTIONS,
    maxPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
    bare,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    live: app.get(LiveBoard),
    viewers: app.get(IdentifyViewer),
  });
  const problem = openFilesProblem(settings.MAX_CONNECTIONS);
  if (problem) new Logger('OpenFiles').warn(problem);
  app.useWebSocketAdapter(adapter);
  return adapter;
}
