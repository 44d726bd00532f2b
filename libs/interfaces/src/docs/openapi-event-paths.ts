import { LEDGER_EVENT_TYPES } from '@scoreboard/domain';
import { answers, bearer, parameter, TOKEN_REFUSED } from './openapi-parts';

export const eventPaths = {
  '/api/events': {
    get: {
      operationId: 'listEvents',
      tags: ['Events'],
      summary: 'What happened in the ledger, in order',
      description:
        'Continue with after=<next>: then no event is missed, and none comes twice. A page may be empty although there is more; continue until next stays the same. top.entered and top.left begin when they are first asked for.',
      security: bearer('events:read'),
      parameters: [
        parameter('query', 'after', 'The value of next, or the id of the last event that was processed. latest: only what comes later. Default: from the beginning', { type: 'string', examples: ['1890123456789012-0'] }),
        parameter('query', 'limit', 'Number of events', { type: 'integer', minimum: 1, maximum: 1_000, default: 100 }),
        parameter('query', 'types', `Some of ${LEDGER_EVENT_TYPES.join(', ')}, separated by commas. Default: all`, { type: 'string', examples: ['top.entered,top.left'] }),
        parameter('header', 'Prefer', 'wait=<seconds, 1 to 10>: if there is no event, wait for one', { type: 'string', examples: ['wait=10'] }),
      ],
      responses: answers(200, 'A page', 'Events', ...TOKEN_REFUSED, 'invalid-request', 'insufficient-scope', 'rate-limited', 'ledger-unavailable'),
    },
  },
};
