import { Refusal, type RefusalCode, type RefusalDetails } from '@scoreboard/domain';
import { type Problem, problem, problemOfRefusal } from '../http/problem';
import { DESK_EXAMPLES } from './openapi-desk-schemas';
import { FLAG_EXAMPLES } from './openapi-flag-schemas';
import type { BodyName } from './openapi-schemas';

const commandId = '019ad0c4-6b1e-7c3a-9d52-0f6e8a41b7d3';
const at = '2026-11-28T12:00:00.000Z';
const userId = 'alice';
const JWT = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSJ9.MEUCIQDb2m7v5Q';

/** One body of each kind. */
export const EXAMPLES: Record<Exclude<BodyName, 'Problem'>, unknown> = {
  ScoreUpdate: { userId, scoreIncrement: 25 },
  Receipt: { commandId, userId, scoreIncrement: 25, status: 'accepted' },
  ScoreUpdates: {
    updates: [
      { userId, scoreIncrement: 25, idempotencyKey: 'match-7-alice' },
      { userId: 'bob', scoreIncrement: 5 },
    ],
  },
  ScoreResults: {
    results: [
      { status: 201, body: { commandId, userId, scoreIncrement: 25, status: 'accepted' } },
      { status: 400, body: problemOfRefusal(new Refusal('invalid-request', { detail: 'The member errors lists each invalid field.', errors: [{ path: 'scoreIncrement', message: 'must be at least 1' }] })) },
    ],
  },
  CommandResult: { commandId, status: 'applied', score: 125 },
  Top: [
    { userId, score: 125, name: 'Alice Liddell', avatarUrl: 'https://img.example/alice.png' },
    { userId: 'bob', score: 90 },
  ],
  Boards: [
    { id: 'global', period: { id: 'all', start: null, end: null }, players: 2 },
    { id: 'week', reset: 'weekly', timezone: 'UTC', period: { id: '2026-W48', start: '2026-11-23T00:00:00.000Z', end: '2026-11-30T00:00:00.000Z' }, players: 2 },
  ],
  Periods: [{ id: '2026-W48', start: '2026-11-23T00:00:00.000Z', end: '2026-11-30T00:00:00.000Z', closedAt: null }],
  Place: { userId, score: 125, rank: 1, players: 2, name: 'Alice Liddell' },
  Ranks: [
    { rank: 1, userId, score: 125, name: 'Alice Liddell' },
    { rank: 2, userId: 'bob', score: 90 },
  ],
  History: { items: [{ commandId, scoreIncrement: 25, scoreAfter: 125, action: 'level-7', at }], next: null },
  Events: {
    items: [
      { id: '1890123456789012-0', sequence: 1_890_123_456_789_012, type: 'score.applied', at, userId, commandId, scoreIncrement: 25, score: 125, action: 'level-7' },
      { id: '1890123456789012-1', sequence: 1_890_123_456_789_012, type: 'top.left', at, userId: 'bob', score: 120 },
      { id: '1890123456789012-2', sequence: 1_890_123_456_789_012, type: 'top.entered', at, userId, score: 125, rank: 10 },
      {
        id: '1890123456789013-0',
        sequence: 1_890_123_456_789_013,
        type: 'board.closed',
        at,
        board: 'day',
        period: '2026-11-27',
        start: '2026-11-27T00:00:00.000Z',
        end: '2026-11-28T00:00:00.000Z',
        closedAt: at,
        players: 1,
        entries: [{ rank: 1, userId, score: 125 }],
      },
      { id: '1890123456789014-0', sequence: 1_890_123_456_789_014, type: 'player.flagged', at, userId, flag: 7, rule: 'burst', weight: 3, reason: '31 updates within 60 s (at most 30)', holds: false },
    ],
    next: '1890123456789014-0',
  },
  TokenRequest: { grant_type: 'client_credentials', scope: 'scores:write:any' },
  Token: { access_token: JWT, token_type: 'Bearer', expires_in: 600, scope: 'scores:write:any' },
  OAuthError: { error: 'invalid_client', error_description: 'The client does not exist or is revoked, or the secret is wrong.' },
  Guest: { token: JWT, userId: 'guest-7hQ2nB5xLw0e', expiresIn: 86_400 },
  GuestClaimRequest: { guestToken: JWT },
  GuestClaim: { userId, points: 120, updates: 8 },
  KeySet: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: '7mB2', use: 'sig', alg: 'EdDSA' }] },
  ActionRequest: { userId, action: 'level-7', maxIncrement: 50, expiresIn: 300 },
  ActionToken: { actionToken: JWT, expiresIn: 300 },
  ReversalRequest: { commandId, reason: 'Points of a bot' },
  Reversal: { reversed: 1, points: 25 },
  HidingRequest: { reason: 'Offensive name' },
  PlayerPage: {
    userId,
    name: 'Alice Liddell',
    places: [
      { board: 'global', score: 125, rank: 1, players: 2 },
      { board: 'week', period: '2026-W48', score: 25, rank: 2, players: 2 },
    ],
    activity: { days: [{ date: '2026-11-26', score: 100 }, { date: '2026-11-27', score: 125 }], actions: [{ action: 'level-7', points: 25 }] },
  },
  PlayerPageChange: { shows: 'activity' },
  ProfileChange: { name: 'Alice Liddell', avatarUrl: 'https://img.example/alice.png' },
  Profile: { userId, name: 'Alice Liddell', avatarUrl: 'https://img.example/alice.png' },
  Profiles: [{ userId, name: 'Alice Liddell', avatarUrl: 'https://img.example/alice.png' }],
  ...DESK_EXAMPLES,
  ...FLAG_EXAMPLES,
  HiddenUsers: { items: [{ userId, since: at, reason: 'Offensive name', by: 'moderator-1' }], next: null },
};

/** What a refusal says besides its title. Those that are not listed say nothing more. */
const DETAILS: Partial<Record<RefusalCode, RefusalDetails>> = {
  'invalid-request': { detail: 'The member errors lists each invalid field.', errors: [{ path: 'userId', message: 'must be a string' }] },
  'unauthenticated': { detail: 'The token has expired.' },
  'keys-unavailable': { detail: 'The key provider is unavailable. Try again later with the same token.' },
  'insufficient-scope': { detail: 'The scope scores:write is required.' },
  'no-user': { detail: 'The claim sub, which names the user, is missing or not a valid user id.' },
  'action-token-required': { detail: 'Each update by a player requires an action token.' },
  'unknown-action': { detail: 'This action is not allowed here.' },
  'action-exceeded': { detail: 'This token allows at most 50 points.' },
  'name-reserved': { detail: 'This name is reserved, or looks like one that is. Choose another one.' },
  'name-taken-away': { detail: 'A moderator took this name away. Ask the operator; a picture can still be set.' },
  'invalid-guest-token': { detail: 'guestToken: The token has expired.' },
  'guest-cannot-claim': { detail: 'Send the token of a player who has signed in as Authorization, not that of a guest.' },
  'guest-hidden': { detail: 'A moderator hid this guest, so the points stay with the guest.' },
  'claim-too-large': { detail: 'The guest has more than 10000 points, or more than 10000 updates. Nothing was moved.' },
  'guest-claimed': { detail: 'Another player has the points of this guest.' },
  'key-reused': { detail: 'Use a new key or action token for another update, or resend the original body with the same one.' },
  'count-changed': { detail: 'expected is 3, but it would be 4 now. Nothing was dropped.' },
  'flag-settled': { detail: 'The flag was cleared by moderator-1 at 2026-11-28T12:00:00.000Z. Nothing was changed.' },
  'dead-letters-unavailable': { detail: 'A change may be partly done. Send the request again to complete it.' },
  'rejected': { commandId, reason: 'total-limit' },
  'rate-limited': { detail: 'Limit: 120 requests per 60 s.' },
  'queue-unavailable': { outcome: 'unknown', commandId },
  'leaderboard-unavailable': { detail: 'Ranks are being rebuilt. Try again in a second.' },
  'ledger-unavailable': { detail: 'Accepted updates are safe. Try again in a second.' },
};

/** The answer to a refusal, or to a request that only its status explains. */
export const exampleOf = (what: RefusalCode | number): Problem => (typeof what === 'number' ? problem(what) : problemOfRefusal(new Refusal(what, DETAILS[what])));
