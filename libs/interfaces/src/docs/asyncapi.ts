import { BOARD_SIZE, MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { meSchema, rankedSchema } from './openapi';

const topOf = (most: number) => z.object({ revision: z.int().min(0), entries: z.array(rankedSchema).max(most) });
const channelSchema = z.string().regex(/^(scores:top|scores:me|around:me|top:([1-9]\d?|100))$/);

/** Shape and meaning of each message, under the name of its event. */
const SENT = {
  'scores:top': [topOf(BOARD_SIZE), 'The whole board: on connecting and at each change, at most once in PUSH_INTERVAL_MS. The higher revision is the newer.'],
  'scores:me': [meSchema, "With a token: one's own score and place, on connecting and after changes."],
  'top:n': [topOf(MAX_TOP), 'The first n, once subscribed to; the event is named top:1 to top:100.'],
  'around:me': [z.array(rankedSchema), 'With a token, once subscribed to: the player among five neighbours on either side; empty without a place. At most once a second.'],
  'stale': [z.object({ stale: z.boolean() }), 'The board may be old, since the leaderboard could not be read for two seconds; or is the newest again.'],
  'closing': [
    z.object({ code: z.int(), reason: z.string(), retryAfterMs: z.int().min(0).optional() }),
    'Socket.IO only, just before the server ends the connection: 4401 the token has expired, 1008 a rule was broken, 1001 the server is going away. A plain WebSocket is closed with code and reason.',
  ],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

const RECEIVED = {
  subscribe: [channelSchema, 'Asks for a channel, and for its state now.'],
  unsubscribe: [channelSchema, 'Ends it.'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

const answerSchema = z.union([
  z.object({ ok: z.literal(true), channel: channelSchema }),
  z.object({ ok: z.literal(false), code: z.enum(['unknown-channel', 'unauthenticated']) }),
]);

const payload = (schema: z.ZodType) => {
  const { $schema: _dialect, ...content } = z.toJSONSchema(schema);
  return content;
};
/** A key in the document, where a colon is no letter. */
const keyOf = (event: string) => event.replace(':', '-');
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
      'Socket.IO, namespace /ws/scores: each message is an event of its name. Plain WebSocket at the same path: frames {"event", "data"} both ways, in which an answer is the data of the event that asked. A token is optional: over Socket.IO in the handshake\'s auth, as {token, revision}; else in the Authorization header or as ?token=.',
  },
  defaultContentType: 'application/json',
  channels: {
    scores: {
      address: '/ws/scores',
      description: 'Whoever sends anything but these, or more than 20 at once and 10 a second, is ended.',
      messages: { ...messages(SENT), ...messages(RECEIVED), answer: { name: 'answer', summary: 'Whether the channel is joined or left.', payload: payload(answerSchema) } },
    },
  },
  operations: {
    push: { action: 'send', channel, summary: 'States, whole, the newest one; a slow reader skips some, never the last', messages: Object.keys(SENT).map(reference) },
    ...Object.fromEntries(
      Object.entries(RECEIVED).map(([event, [, summary]]) => [event, { action: 'receive', channel, summary, messages: [reference(event)], reply: { channel, messages: [reference('answer')] } }]),
    ),
  },
});
