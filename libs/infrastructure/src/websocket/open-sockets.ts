import { type INestApplication, Logger } from '@nestjs/common';
import { LiveBoard, TokenVerifier } from '@scoreboard/application';
import { openFilesProblem } from './open-files';
import { ScoreboardSocketAdapter, type ScoreboardSocketOptions } from './scoreboard-socket.adapter';

/** A client for which more than this piles up is dropped: some hundred boards. */
const MAX_BUFFERED_BYTES = 256 * 1024;

export type OpenSocketsOptions = Pick<ScoreboardSocketOptions, 'corsOrigins' | 'trustProxy' | 'maxConnections' | 'maxPerAddress' | 'answer'>;

/** Lets the app's gateways speak Socket.IO and plain WebSockets; takes clients only while the board is fresh. Warns where the system lets in fewer than `maxConnections`. */
export function openSockets(app: INestApplication, options: OpenSocketsOptions): ScoreboardSocketAdapter {
  const verifier = app.get(TokenVerifier);
  const live = app.get(LiveBoard);
  const adapter = new ScoreboardSocketAdapter(app, {
    ...options,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    admit: () => live.isFresh(),
    authenticate: (token) => verifier.verify(token),
  });
  const problem = openFilesProblem(options.maxConnections);
  if (problem) new Logger('OpenFiles').warn(problem);
  app.useWebSocketAdapter(adapter);
  return adapter;
}
