import { MAX_TOKEN_BYTES } from '@scoreboard/application';
import { BOARD_SIZE, MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { meSchema, rankedSchema } from './openapi-schemas';

const topOf = (most: number) => z.object({ revision: z.int().min(0), entries: z.array(rankedSchema).max(most) });
const pongSchema = z.object({ revision: z.int().min(0) });
const channelSchema = z.string().regex(/^(scores:top|scores:me|around:me|top:([1-9]\d?|100))$/);
const channelsSchema = z.union([channelSchema, z.array(channelSchema)]);

/** Shape and meaning of each message, under the name of its event. */
const SENT = {
  'scores:top': [topOf(BOARD_SIZE), 'The whole board: on connecting and at each change, at most once in PUSH_INTERVAL_MS. The higher revision is the newer.'],
  'scores:me': [meSchema, "With a token: one's own score and place, on connecting and after changes."],
  'top:n': [topOf(MAX_TOP), 'The first n, once subscribed to; the event is named top:1 to top:100.'],
  'around:me': [z.array(rankedSchema), 'With a token, once subscribed to: the player among five neighbours on either side; empty without a place. At most once a second.'],
  'stale': [z.object({ stale: z.boolean() }), 'The board may be old, since the leaderboard could not be read for two seconds; or is the newest again.'],
  'unauthenticated': [
    z.object({ reason: z.string() }),
    'The token has expired, at connecting or since: the client is an anonymous one now, keeps the public channels and loses its own until it sends authenticate. On a plain WebSocket also the answer to a token that is refused, after which the client is who it was before.',
  ],
  'authenticated': [z.object({ ok: z.literal(true) }), 'Plain WebSocket: the answer to authenticate with a good token.'],
  'pong': [pongSchema, 'Plain WebSocket: the answer to ping, with the revision of the newest board.'],
  'closing': [
    z.object({ code: z.int(), reason: z.string(), retryAfterMs: z.int().min(0).optional() }),
    'Socket.IO only, just before the server ends the connection: 1001 the server is going away, 1013 what was asked cannot be decided now, after both of which the client may come again; 1008 or 1009 a rule was broken. A plain WebSocket is closed with code and reason.',
  ],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

const RECEIVED = {
  subscribe: [channelsSchema, 'Asks for a channel, or a list of them, and for the state of each now.'],
  unsubscribe: [channelsSchema, 'Ends it.'],
  authenticate: [z.string().max(MAX_TOKEN_BYTES), 'Gives the client the identity of the token, again or anew, without reconnecting. The channels of the same user go on, those of another user take their place.'],
  ping: [z.unknown(), 'Asks whether the connection lives, and for the revision of the newest board. Nothing has to come with it.'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

const channelAnswerSchema = z.union([
  z.object({ ok: z.literal(true), channel: channelSchema }),
  z.object({ ok: z.literal(false), code: z.enum(['unknown-channel', 'unauthenticated']) }),
  z.object({ ok: z.literal(false), code: z.literal('rate-limited'), channel: z.string().optional() }),
]);
/** Named by themselves, since they are the data of the event that asked or of an acknowledgement. */
const ANSWERS = {
  'channel answer': [z.union([channelAnswerSchema, z.array(channelAnswerSchema)]), 'Whether the channel is joined or left; a list is answered by a list in its order.'],
  'token answer': [
    z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), code: z.enum(['unauthenticated', 'rate-limited']) })]),
    'Socket.IO: the acknowledgement of authenticate. After a token that is refused the client is who it was before.',
  ],
  'ping answer': [pongSchema, 'Socket.IO: the acknowledgement of ping.'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

/** What each message that is received is answered by: over Socket.IO its acknowledgement, on a plain WebSocket a frame. */
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
/** A key in the document, where a colon is no letter. */
const keyOf = (event: string) => event.replace(/[: ]/, '-');
const messages = (kinds: Record<string, readonly [z.ZodType, string]>) =>
  Object.fromEntries(Object.entries(kinds).map(([event, [schema, summary]]) => [keyOf(event), { name: event, summary, payload: payload(schema) }]));
const channel = { $ref: '#/channels/scores' };
const reference = (event: string) => ({ $ref: `#/channels/scores/messages/${keyOf(event)}` });

/** The AsyncAPI 3.0 document of the live board: what the gateway sends and takes, with the schema of each message. */
export const asyncApiDocument = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Scoreboard, live',
    version: '1',
    description:
      'Socket.IO, namespace /ws/scores: each message is an event of its name. Plain WebSocket at the same path: frames {"event", "data"} both ways, in which an answer is the data of the event that asked, unless it has a name of its own. A token of at most 8 KiB is optional: over Socket.IO in the handshake\'s auth, as {token, revision}; on both in the Authorization header or as ?token=; later by authenticate.',
  },
  defaultContentType: 'application/json',
  channels: {
    scores: {
      address: '/ws/scores',
      description:
        'Of subscribe, unsubscribe and authenticate 20 at once and 10 a second are done, a list counting as one for every ten channels; more are answered rate-limited. A client that sends anything else, a message of more than 4 KiB that brings no token, or more than 300 messages at once and 100 a second, is disconnected.',
      messages: { ...messages(SENT), ...messages(RECEIVED), ...messages(ANSWERS) },
    },
  },
  operations: {
    push: { action: 'send', channel, summary: 'States, whole, the newest one; a slow reader skips some, never the last', messages: Object.keys(SENT).map(reference) },
    ...Object.fromEntries(
      Object.entries(RECEIVED).map(([event, [, summary]]) => [event, { action: 'receive', channel, summary, messages: [reference(event)], reply: { channel, messages: REPLIES[event as keyof typeof RECEIVED].map(reference) } }]),
    ),
  },
});
