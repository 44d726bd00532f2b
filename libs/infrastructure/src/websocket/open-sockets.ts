import type { INestApplication } from '@nestjs/common';
import { LiveBoard, TokenVerifier } from '@scoreboard/application';
import { ScoreboardSocketAdapter } from './scoreboard-socket.adapter';

/** A client for which more than this piles up is dropped: some hundred boards. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** Lets the app's gateways speak Socket.IO and plain WebSockets; takes clients only while the board is fresh. */
export function openSockets(app: INestApplication, { corsOrigins }: { readonly corsOrigins: readonly string[] }): ScoreboardSocketAdapter {
  const verifier = app.get(TokenVerifier);
  const live = app.get(LiveBoard);
  const adapter = new ScoreboardSocketAdapter(app, {
    corsOrigins,
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    admit: () => live.isFresh(),
    authenticate: (token) => verifier.verify(token),
  });
  app.useWebSocketAdapter(adapter);
  return adapter;
}
