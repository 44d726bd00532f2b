import type { IncomingMessage } from 'node:http';
import { requestIdOf } from '@scoreboard/application';

/** The headers of every answer (no type sniffing, request id), for answers that bypass the application. */
export const answerHeaders = ({ headers }: IncomingMessage): Readonly<Record<string, string>> => ({
  'x-content-type-options': 'nosniff',
  'x-request-id': requestIdOf(headers),
});
