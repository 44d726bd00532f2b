import type { IncomingMessage } from 'node:http';
import { requestIdOf } from '@scoreboard/application';

/** What every answer bears, for answers that pass the application by: it is what its type says, and which request it answers. */
export const answerHeaders = ({ headers }: IncomingMessage): Readonly<Record<string, string>> => ({
  'x-content-type-options': 'nosniff',
  'x-request-id': requestIdOf(headers),
});
