import { BOARD_SIZE, MAX_TOP } from '@scoreboard/domain';
import { BEGINNING } from '../people/players.request';
import { answers, bearer, parameter, userParameter } from './openapi-parts';

const READ_REFUSED = ['invalid-request', 'rate-limited', 'leaderboard-unavailable', 'ledger-unavailable'] as const;

const top = (operationId: string, summary: string, ...more: readonly object[]) => ({
  operationId,
  tags: ['Leaderboard'],
  summary,
  description: 'Of users with equal scores, the one who reached the score first ranks higher. The response has an ETag.',
  parameters: [...more, parameter('query', 'limit', 'Number of entries', { type: 'integer', minimum: 1, maximum: MAX_TOP, default: BOARD_SIZE })],
  responses: { ...answers(200, 'Best first', 'Top', ...READ_REFUSED, ...refusedOf(more)), 304: { description: 'Not changed since If-None-Match' } },
});

const place = (operationId: string, summary: string, ...more: readonly object[]) => ({
  operationId,
  tags: ['Leaderboard'],
  summary,
  description: 'players is the number of ranked users. For a hidden user, only the user and scores:admin see the score, with rank null; for others the answer is 404.',
  security: [{}, ...bearer('scores:admin')],
  parameters: [...more, userParameter],
  responses: answers(200, 'Rank 1 is best', 'Place', ...READ_REFUSED, 'unknown-user', ...refusedOf(more)),
});

const neighbors = (operationId: string, summary: string, ...more: readonly object[]) => ({
  operationId,
  tags: ['Leaderboard'],
  summary,
  parameters: [...more, userParameter, parameter('query', 'radius', 'Number of neighbors on either side', { type: 'integer', minimum: 1, maximum: 50, default: 5 })],
  responses: answers(200, 'Best first', 'Ranks', ...READ_REFUSED, 'unknown-user', ...refusedOf(more)),
});

const ofBoard = [
  parameter('path', 'board', 'The id of the board', { type: 'string', examples: ['global', 'week'] }),
  parameter('query', 'period', 'A period of the board; default: the current one', { type: 'string', examples: ['2026-W48'] }),
];
/** The parameters that look for players by name. */
export const FIND_PARAMETERS = [
  { ...parameter('query', 'name', BEGINNING, { type: 'string', examples: ['zo'] }), required: true },
  parameter('query', 'limit', 'Number of players', { type: 'integer', minimum: 1, maximum: MAX_TOP, default: BOARD_SIZE }),
];
const refusedOf = (more: readonly object[]) => (more.length ? (['unknown-board', 'unknown-period'] as const) : []);

export const readPaths = {
  '/api/scores/top': { get: top('getTop', 'List the top users, best first') },
  '/api/scores/users/{userId}': { get: place('getPlace', "A user's score and rank") },
  '/api/scores/users/{userId}/around': { get: neighbors('getNeighbors', 'A user and neighbors') },
  '/api/boards': {
    get: { operationId: 'listBoards', tags: ['Leaderboard'], summary: 'List the boards, their current periods and their number of players', responses: answers(200, 'The boards', 'Boards', ...READ_REFUSED) },
  },
  '/api/boards/{board}/periods': {
    get: {
      operationId: 'listPeriods',
      tags: ['Leaderboard'],
      summary: 'List the periods of a board, newest first',
      description: 'A period is closed once everything accepted before its end is applied. Ended periods can be read until their totals are dropped.',
      parameters: ofBoard.slice(0, 1),
      responses: answers(200, 'Newest first', 'Periods', 'rate-limited', 'leaderboard-unavailable', 'unknown-board'),
    },
  },
  '/api/boards/{board}/top': { get: top('getTopOfBoard', 'List the top users of a board, best first', ...ofBoard) },
  '/api/boards/{board}/users/{userId}': { get: place('getPlaceOnBoard', "A user's score and rank on a board", ...ofBoard) },
  '/api/boards/{board}/users/{userId}/around': { get: neighbors('getNeighborsOnBoard', 'A user and neighbors on a board', ...ofBoard) },
  '/api/boards/{board}/ranks': {
    get: {
      operationId: 'getRanks',
      tags: ['Leaderboard'],
      summary: 'List the users from a rank on',
      parameters: [
        ...ofBoard,
        parameter('query', 'from', 'The first rank', { type: 'integer', minimum: 1, default: 1 }),
        parameter('query', 'limit', 'Number of users', { type: 'integer', minimum: 1, maximum: MAX_TOP, default: BOARD_SIZE }),
      ],
      responses: answers(200, 'Best first; empty if there are fewer users', 'Ranks', ...READ_REFUSED, ...refusedOf(ofBoard)),
    },
  },
  '/api/boards/{board}/users': {
    get: {
      operationId: 'getUsers',
      tags: ['Leaderboard'],
      summary: 'List these users, best first: a board of friends',
      description: 'Users who are not ranked are left out.',
      parameters: [
        ...ofBoard,
        {
          ...parameter('query', 'ids', `1 to ${MAX_TOP} user ids, separated by commas. A comma inside an id is percent-encoded`, { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: MAX_TOP }),
          ...{ required: true, style: 'form', explode: false },
        },
      ],
      responses: answers(200, 'Best first', 'Ranks', ...READ_REFUSED, ...refusedOf(ofBoard)),
    },
  },
  '/api/boards/{board}/players': {
    get: {
      operationId: 'findPlayers',
      tags: ['Leaderboard'],
      summary: 'Find players on a board by the beginning of their name, best first',
      description:
        'All of them, if fewer than 100 users have a name that begins so. Otherwise those among the best 100 of the board, and among 100 users of whom one with exactly this name is first.',
      parameters: [...ofBoard, ...FIND_PARAMETERS],
      responses: answers(200, 'Best first; empty if nobody on the board has such a name', 'Ranks', ...READ_REFUSED, ...refusedOf(ofBoard)),
    },
  },
};
