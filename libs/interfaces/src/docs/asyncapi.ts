import { MAX_TOKEN_BYTES } from '@scoreboard/application';
import { BOARD_SIZE, MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { meSchema, rankedSchema } from './openapi-schemas';

const topOf = (most: number) => z.object({ revision: z.int().min(0), entries: z.array(rankedSchema).max(most) });
const pongSchema = z.object({ revision: z.int().min(0) });
const channelSchema = z.string().regex(/^(scores:top|scores:me|around:me|top:([1-9]\d?|100))(@[a-z0-9-]{1,32})?$/);
const ofBoard = {
  board: z.string(),
  period: z.string(),
  countsFrom: z.string().optional().describe('Present while the board lacks what was before it was added: the period counts what was applied after this moment, in RFC 3339'),
};
const channelsSchema = z.union([channelSchema, z.array(channelSchema)]);

/** Schema and summary of each message that is sent, by event name. */
const SENT = {
  'scores:top': [topOf(BOARD_SIZE), 'The whole board: on connecting and on each change, at most once per PUSH_INTERVAL_MS. A higher revision is newer.'],
  'scores:me': [meSchema, "With a token: the user's own score and rank, on connecting and after changes."],
  'top:n': [topOf(MAX_TOP), 'The best n users, after subscribing; the event is named top:1 to top:100.'],
  'around:me': [z.array(rankedSchema), 'With a token, after subscribing: the user with up to five neighbors on either side; empty if the user has no rank. At most once per second.'],
  'scores:top@board': [topOf(BOARD_SIZE).extend(ofBoard), 'scores:top of another board, such as scores:top@week: the whole board of the current period. When a period ends, that of the next is sent. A higher revision is newer, within a period.'],
  'scores:me@board': [meSchema.extend(ofBoard), "scores:me of another board: the user's score and rank in the current period."],
  'top:n@board': [topOf(MAX_TOP).extend(ofBoard), 'top:1 to top:100 of another board.'],
  'around:me@board': [z.object({ ...ofBoard, entries: z.array(rankedSchema) }), 'around:me of another board, with the users as entries.'],
  'stale': [z.object({ stale: z.boolean() }), 'true: the board may be out of date, because the leaderboard could not be read for two seconds. false: the board is up to date again.'],
  'unauthenticated': [
    z.object({ reason: z.string() }),
    'The token has expired, at connecting or later. The client is now anonymous: it keeps the public channels and loses the personal ones until it sends authenticate. On a plain WebSocket this is also the response to a refused token; then the client keeps its previous identity.',
  ],
  'authenticated': [z.object({ ok: z.literal(true) }), 'Plain WebSocket: the response to authenticate with a valid token.'],
  'pong': [pongSchema, 'Plain WebSocket: the response to ping, with the revision of the newest board.'],
  'closing': [
    z.object({ code: z.int(), reason: z.string(), retryAfterMs: z.int().min(0).optional() }),
    'Socket.IO only, just before the server closes the connection. 1001: the server is shutting down; 1013: a temporary error; after both the client may reconnect. 1008 or 1009: the client broke a rule. A plain WebSocket is closed with this code and reason.',
  ],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

const RECEIVED = {
  subscribe: [channelsSchema, 'Subscribes to a channel, or to a list of channels. The current state of each is sent at once. A name followed by @ and the id of a board, such as scores:top@week, is a channel of that board.'],
  unsubscribe: [channelsSchema, 'Unsubscribes from a channel, or from a list of channels.'],
  authenticate: [z.string().max(MAX_TOKEN_BYTES), 'Changes the identity of the client to that of the token, without reconnecting. The personal channels continue for the same user, and switch to the new user otherwise.'],
  ping: [z.unknown(), 'Checks the connection, and asks for the revision of the newest board. Needs no data.'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

const channelAnswerSchema = z.union([
  z.object({ ok: z.literal(true), channel: channelSchema }),
  z.object({ ok: z.literal(false), code: z.enum(['unknown-channel', 'unauthenticated']) }),
  z.object({ ok: z.literal(false), code: z.literal('rate-limited'), channel: z.string().optional() }),
]);
/** Responses without an event name of their own: they are the data of the event that asked, or of an acknowledgement. */
const ANSWERS = {
  'channel answer': [z.union([channelAnswerSchema, z.array(channelAnswerSchema)]), 'Whether the channel was joined or left. A list is answered with a list in the same order.'],
  'token answer': [
    z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), code: z.enum(['unauthenticated', 'rate-limited']) })]),
    'Socket.IO: the acknowledgement of authenticate. After a refused token the client keeps its previous identity.',
  ],
  'ping answer': [pongSchema, 'Socket.IO: the acknowledgement of ping.'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

/** The possible responses to each received message: an acknowledgement over Socket.IO, a frame on a plain WebSocket. */
const REPLIES: Readonly<Record<keyof typeof RECEIVED, readonly (keyof typeof ANSWERS | keyof typeof SENT)[]>> = {
  subscribe: ['channel answer'],
  unsubscribe: ['channel answer'],
  authenticate: ['token answer', 'authenticated', 'unauthenticated'],
  ping: ['ping answer', 'pong'],
};

const payload = (schema: z.ZodType) => {
  const { $schema: _dialect, ...content } = z.toJSONSchema(schema);
  return content;
};
/** A key in the document: component keys must not contain a colon. */
const keyOf = (event: string) => event.replaceAll(/[: @]/g, '-');
const messages = (kinds: Record<string, readonly [z.ZodType, string]>) =>
  Object.fromEntries(Object.entries(kinds).map(([event, [schema, summary]]) => [keyOf(event), { name: event, summary, payload: payload(schema) }]));
const channel = { $ref: '#/channels/scores' };
const reference = (event: string) => ({ $ref: `#/channels/scores/messages/${keyOf(event)}` });

/** The AsyncAPI 3.0 document of the live board: the messages that the gateway sends and accepts, with their schemas. */
export const asyncApiDocument = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Scoreboard, live',
    version: '1',
    description:
      'Socket.IO, namespace /ws/scores: each message is an event with its name. Plain WebSocket at the same path: frames {"event", "data"} in both directions; a response has the event name of its request, unless it has its own. A token of at most 8 KiB is optional: for Socket.IO in the handshake\'s auth, as {token, revision}; for both in the Authorization header or as ?token=; later with authenticate.',
  },
  defaultContentType: 'application/json',
  channels: {
    scores: {
      address: '/ws/scores',
      description:
        'Limit for subscribe, unsubscribe and authenticate together: a burst of 20, then 10 per second; a list counts as one request per ten channels. Requests over the limit are answered with rate-limited. A client is disconnected if it sends any other event, a message larger than 4 KiB that carries no token, or more messages than a burst of 300, then 100 per second.',
      messages: { ...messages(SENT), ...messages(RECEIVED), ...messages(ANSWERS) },
    },
  },
  operations: {
    push: { action: 'send', channel, summary: 'Complete states, never differences. A slow client may miss intermediate states, but always gets the last one.', messages: Object.keys(SENT).map(reference) },
    ...Object.fromEntries(
      Object.entries(RECEIVED).map(([event, [, summary]]) => [event, { action: 'receive', channel, summary, messages: [reference(event)], reply: { channel, messages: REPLIES[event as keyof typeof RECEIVED].map(reference) } }]),
    ),
  },
});
