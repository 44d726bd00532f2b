import { createSecretKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { newCommandId } from '@scoreboard/application';
import { connect, type ConsumeMessage } from 'amqplib';
import Fastify, { type FastifyInstance } from 'fastify';
import { verify } from 'jsonwebtoken';
import { Client, Pool } from 'pg';
import { createClient, defineScript } from 'redis';
import { Server } from 'socket.io';
import { SETTINGS } from '../../driver/src/client';
import { serve } from './child';

const key = createSecretKey(Buffer.from(SETTINGS.JWT_SECRET));
const subjectOf = (token: string): string => String(verify(token, key, { algorithms: ['HS256'] }).sub);

const SCHEMA = {
  type: 'object',
  required: ['userId', 'scoreIncrement'],
  properties: { userId: { type: 'string', maxLength: 64 }, scoreIncrement: { type: 'integer', minimum: 1 } },
};

type Update = Readonly<{ userId: string; scoreIncrement: number }>;

/** Answers updates that come with a token of their user, with what `take` makes of them. Resolves with the URL. */
function serveUpdates(app: FastifyInstance, userOf: (token: string) => string, take: (update: Update) => Promise<object>): Promise<string> {
  app.post<{ Body: Update }>('/api/scores/update', { schema: { body: SCHEMA } }, async (request, reply) => {
    if (userOf(request.headers.authorization!.slice(7)) !== request.body.userId) return reply.code(403).send();
    return reply.code(201).send(await take(request.body));
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

const roomOf = (app: FastifyInstance) => new Server(app.server, { transports: ['websocket'] }).of('/ws/scores');

/**
 * The baseline is what one writes in an afternoon, and fair: every part is set up as it should be. It answers with the new score, keeps no
 * history, and counts a repeated request twice.
 */
async function startBaseline(databaseUrl: string, redisUrl: string): Promise<string> {
  const database = new Pool({ connectionString: databaseUrl, max: 20 });
  await database.query('CREATE TABLE IF NOT EXISTS score (user_id text PRIMARY KEY, score bigint NOT NULL)');
  const redis = await createClient({ url: redisUrl }).connect();
  const app = Fastify();
  const room = roomOf(app);
  const top = async () => {
    const entries = await redis.zRangeWithScores('leaderboard', 0, 9, { REV: true });
    return entries.map(({ value, score }) => ({ userId: value, score }));
  };

  app.get('/api/scores/top', top);
  return serveUpdates(app, subjectOf, async ({ userId, scoreIncrement }) => {
    const { rows } = await database.query<{ score: string }>({
      name: 'raise',
      text: `INSERT INTO score VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET score = score.score + excluded.score RETURNING score`,
      values: [userId, scoreIncrement],
    });
    await redis.zIncrBy('leaderboard', scoreIncrement, userId);
    room.emit('scores:top', { entries: await top() });
    return { userId, score: Number(rows[0]!.score) };
  });
}

// The prototype is the product's path from the same parts and nothing else: what they can do on this machine. Every update is kept and counted
// once, but there are no limits, roles, logs or metrics, one kind of token, and no reconnection.

const QUEUE = 'commands';
const PAGE = 'page';
const MOST_IN_MESSAGE = 500;
const MOST_IN_BATCH = 1_000;
const LINGER_MS = 10;
const PUSH_MS = 50;

/** One message: the columns of its commands. */
type Columns = readonly [ids: string[], users: string[], points: number[]];

async function startApi(brokerUrl: string, redisUrl: string): Promise<string> {
  const subjects = new Map<string, string>();
  const rememberedSubjectOf = (token: string): string => {
    if (!subjects.has(token)) subjects.set(token, subjectOf(token));
    return subjects.get(token)!;
  };
  const channel = await (await connect(brokerUrl, { noDelay: true })).createConfirmChannel();
  let page = '[]';
  await onPage(redisUrl, (text) => (page = text));

  const waiting: (Update & { readonly commandId: string; confirm(answer: object): void; fail(error: Error): void })[] = [];
  let isBusy = false;
  const send = () => {
    const sent = waiting.splice(0, MOST_IN_MESSAGE);
    if (!sent.length) return void (isBusy = false);
    const columns: Columns = [sent.map(({ commandId }) => commandId), sent.map(({ userId }) => userId), sent.map(({ scoreIncrement }) => scoreIncrement)];
    channel.sendToQueue(QUEUE, Buffer.from(JSON.stringify(columns)), { persistent: true }, (error: Error | null) => {
      for (const { commandId, userId, scoreIncrement, confirm, fail } of sent) {
        if (error) fail(error);
        else confirm({ commandId, userId, scoreIncrement, status: 'accepted' });
      }
      send();
    });
  };

  const app = Fastify();
  app.get('/api/scores/top', (_request, reply) => void reply.type('application/json').send(page));
  return serveUpdates(app, rememberedSubjectOf, (update) => {
    const answer = new Promise<object>((confirm, fail) => waiting.push({ ...update, commandId: newCommandId(), confirm, fail }));
    if (!isBusy) setImmediate(send);
    isBusy = true;
    return answer;
  });
}

const TABLES = `
  CREATE TABLE event (command_id uuid PRIMARY KEY, user_id text NOT NULL, points bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE total (user_id text PRIMARY KEY, score bigint NOT NULL)`;

const APPLY = `
  WITH added AS (INSERT INTO event SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[]) ON CONFLICT DO NOTHING RETURNING user_id, points),
       sums AS (SELECT user_id, sum(points) AS points FROM added GROUP BY user_id ORDER BY user_id)
  INSERT INTO total SELECT * FROM sums ON CONFLICT (user_id) DO UPDATE SET score = total.score + excluded.score RETURNING user_id, score`;

/** Totals are absolute, so that writing them twice changes nothing. */
const put = defineScript({
  NUMBER_OF_KEYS: 2,
  SCRIPT: `
    redis.call('ZADD', KEYS[1], unpack(ARGV))
    local first, entries = redis.call('ZRANGE', KEYS[1], 0, 9, 'REV', 'WITHSCORES'), {}
    for i = 1, #first, 2 do entries[#entries + 1] = string.format('{"userId":"%s","score":%s}', first[i], first[i + 1]) end
    local page = '[' .. table.concat(entries, ',') .. ']'
    if redis.call('GET', KEYS[2]) == page then return end
    redis.call('SET', KEYS[2], page)
    redis.call('PUBLISH', KEYS[2], page)`,
  parseCommand: (parser, pairs: readonly string[]) => {
    parser.pushKeys(['board', PAGE]);
    parser.push(...pairs);
  },
  transformReply: () => undefined,
});

let applied = 0;

async function startWorker(brokerUrl: string, databaseUrl: string, redisUrl: string): Promise<void> {
  const database = new Client(databaseUrl);
  await database.connect();
  await database.query(TABLES);
  const redis = await createClient({ url: redisUrl, scripts: { put } }).connect();
  const channel = await (await connect(brokerUrl, { noDelay: true })).createChannel();
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.prefetch(200);

  let arrived: ConsumeMessage[] = [];
  let running: Promise<void> | undefined;
  const run = async () => {
    for (; arrived.length; await delay(LINGER_MS)) {
      const [ids, users, points]: Columns = [[], [], []];
      let taken = 0;
      for (; taken < arrived.length && ids.length < MOST_IN_BATCH; taken++) {
        const message = JSON.parse(arrived[taken]!.content.toString()) as Columns;
        ids.push(...message[0]);
        users.push(...message[1]);
        points.push(...message[2]);
      }
      const last = arrived[taken - 1]!;
      arrived = arrived.slice(taken);
      const { rows } = await database.query<{ user_id: string; score: string }>({ name: 'apply', text: APPLY, values: [ids, users, points] });
      if (rows.length) await redis.put(rows.flatMap(({ user_id, score }) => [score, user_id]));
      channel.ack(last, true);
      applied += ids.length;
    }
    running = undefined;
  };
  await channel.consume(QUEUE, (message) => {
    arrived.push(message!);
    running ??= run();
  });
}

async function startGateway(redisUrl: string): Promise<string> {
  const app = Fastify();
  const room = roomOf(app);
  let page = '[]';
  let timer: NodeJS.Timeout | undefined;
  const push = () => {
    timer = undefined;
    room.volatile.emit('scores:top', { entries: JSON.parse(page) });
  };
  await onPage(redisUrl, (text) => {
    page = text;
    timer ??= setTimeout(push, PUSH_MS);
  });
  room.on('connection', (socket) => socket.emit('scores:top', { entries: JSON.parse(page) }));
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function onPage(redisUrl: string, listener: (page: string) => void): Promise<void> {
  const subscriber = await createClient({ url: redisUrl }).connect();
  await subscriber.subscribe(PAGE, listener);
}

const jobs = { startBaseline, startApi, startWorker, startGateway, applied: () => applied };
export type RivalJobs = typeof jobs;
serve(jobs);
