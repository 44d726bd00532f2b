import { z } from 'zod';
import { deletionQuerySchema } from '../moderation/moderation.requests';
import { FIND_PARAMETERS } from './openapi-read-paths';
import { answers, bearer, BODY_REFUSED, content, parameter, problems, REQUEST_ID, TOKEN_REFUSED, userParameter } from './openapi-parts';

const DONE = { 204: { description: 'Done, or nothing to change', headers: REQUEST_ID } };

const naming = (operationId: string, summary: string, request: object) => ({
  operationId,
  tags: ['Moderation'],
  summary,
  description: 'Boards show the change within a second.',
  security: bearer('scores:admin'),
  parameters: [userParameter],
  ...request,
  responses: { ...DONE, ...problems(...TOKEN_REFUSED, ...BODY_REFUSED, 'insufficient-scope', 'ledger-unavailable') },
});

export const peoplePaths = {
  '/api/users/{userId}/profile': {
    get: {
      operationId: 'getProfile',
      tags: ['People'],
      summary: "A user's name and picture",
      parameters: [userParameter],
      responses: answers(200, 'What the user has of both', 'Profile', 'invalid-request', 'unknown-profile', 'rate-limited', 'ledger-unavailable'),
    },
    put: {
      operationId: 'changeProfile',
      tags: ['People'],
      summary: "Replace a user's name and picture",
      description: 'What the body leaves out is removed. Boards show the change within a second. After a moderator took the name away, a name is refused.',
      security: bearer('profiles:write:any'),
      parameters: [userParameter],
      requestBody: { required: true, content: content('ProfileChange') },
      responses: {
        ...DONE,
        ...problems(...TOKEN_REFUSED, ...BODY_REFUSED, 'insufficient-scope', 'foreign-user', 'no-user', 'name-reserved', 'name-taken-away', 'rate-limited', 'ledger-unavailable'),
      },
    },
  },
  '/api/users/{userId}/page': {
    get: {
      operationId: 'getPlayerPage',
      tags: ['People'],
      summary: "What a player's page shows to everybody",
      description: 'The page itself is /players/{userId}. A player who is unknown, hidden or forgotten, has no points, or keeps the page private: always the same 404. 404 for all if PLAYER_PAGES is off.',
      parameters: [userParameter],
      responses: answers(200, 'Places, and activity where it is shown', 'PlayerPage', 'invalid-request', 'unknown-user', 'rate-limited', 'leaderboard-unavailable', 'ledger-unavailable'),
    },
    put: {
      operationId: 'changePlayerPage',
      tags: ['People'],
      summary: "Decide what a player's page shows",
      description: 'private: nothing. places: the places on the boards. activity: also the points of the last 30 days, and the best actions. null: what the operator set.',
      security: bearer('profiles:write:any'),
      parameters: [userParameter],
      requestBody: { required: true, content: content('PlayerPageChange') },
      responses: { ...DONE, ...problems(...TOKEN_REFUSED, ...BODY_REFUSED, 'insufficient-scope', 'foreign-user', 'no-user', 'rate-limited', 'ledger-unavailable') },
    },
  },
  '/api/moderation/players': {
    get: {
      operationId: 'findUsers',
      tags: ['Moderation'],
      summary: 'Find users by the beginning of their name, also hidden ones and those without points',
      security: bearer('scores:admin'),
      parameters: FIND_PARAMETERS,
      responses: answers(200, 'One with exactly this name first', 'Profiles', ...TOKEN_REFUSED, 'invalid-request', 'insufficient-scope', 'rate-limited', 'ledger-unavailable'),
    },
  },
  '/api/moderation/names/{userId}': {
    put: naming('allowName', 'Let a user have a name again', { requestBody: { required: true, content: content('HidingRequest') } }),
    delete: naming('takeName', "Take a user's name away, for good", {
      parameters: [userParameter, parameter('query', 'reason', 'The reason, if the body has none', z.toJSONSchema(deletionQuerySchema.shape.reason.unwrap(), { io: 'input' }))],
      requestBody: { required: false, content: content('HidingRequest') },
    }),
  },
};
