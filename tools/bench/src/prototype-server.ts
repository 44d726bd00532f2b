import { createSecretKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type ConsumeMessage } from 'amqplib';
import Fastify from 'fastify';
import { verify } from 'jsonwebtoken';
import { newCommandId } from '@scoreboard/application';
import { Client } from 'pg';
import { createClient, defineScript } from 'redis';
import { Server } from 'socket.io';
import { serve } from './child';
import { updateSchema } from './update-schema';

/**
 * The product's path from the same parts and nothing else: what they can do on this machine. Every update is kept and counted once, but there are
 * no limits, roles, logs or metrics, one kind of token, and no reconnection.
 */

const QUEUE = 'commands';
const PAGE = 'page';
const MOST_IN_MESSAGE = 500;
const MOST_IN_BATCH = 1_000;
const LINGER_MS = 10;
const PUSH_MS = 50;

/** One message: the columns of its commands. */
interface Columns {
  readonly ids: string[];
  readonly users: string[];
  readonly points: number[];
}

interface Waiting {
  readonly userId: string;
  readonly scoreIncrement: number;
  readonly commandId: string;
  confirm(answer: object): void;
  fail(error: Error): void;
}

/** Answered with its URL. */
async function startApi(brokerUrl: string, redisUrl: string, secret: string): Promise<string> {
  const key = createSecretKey(Buffer.from(secret));
  const subjects = new Map<string, string>();
  const channel = await (await connect(brokerUrl, { noDelay: true })).createConfirmChannel();
  let page = '[]';
  await onPage(redisUrl, (text) => (page = text));

  const waiting: Waiting[] = [];
  let isBusy = false;
  const send = () => {
    const sent = waiting.splice(0, MOST_IN_MESSAGE);
    if (!sent.length) return void (isBusy = false);
    const columns: Columns = { ids: sent.map(({ commandId }) => commandId), users: sent.map(({ userId }) => userId), points: sent.map(({ scoreIncrement }) => scoreIncrement) };
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
  app.post<{ Body: { userId: string; scoreIncrement: number } }>('/api/scores/update', { schema: { body: updateSchema } }, (request, reply) => {
    const { userId, scoreIncrement } = request.body;
    const token = request.headers.authorization!.slice(7);
    let subject = subjects.get(token);
    if (!subject) subjects.set(token, (subject = String(verify(token, key, { algorithms: ['HS256'] }).sub)));
    if (subject !== userId) return reply.code(403).send();
    const answer = new Promise((confirm, fail) => waiting.push({ userId, scoreIncrement, commandId: newCommandId(), confirm, fail }));
    if (!isBusy) setImmediate(send);
    isBusy = true;
    return answer.then((receipt) => reply.code(201).send(receipt));
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
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
  const redis = createClient({ url: redisUrl, scripts: { put } });
  await redis.connect();
  const channel = await (await connect(brokerUrl, { noDelay: true })).createChannel();
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.prefetch(200);

  let arrived: ConsumeMessage[] = [];
  let running: Promise<void> | undefined;
  const run = async () => {
    for (; arrived.length; await delay(LINGER_MS)) {
      const batch: Columns = { ids: [], users: [], points: [] };
      let taken = 0;
      for (; taken < arrived.length && batch.ids.length < MOST_IN_BATCH; taken++) {
        const { ids, users, points } = JSON.parse(arrived[taken]!.content.toString()) as Columns;
        batch.ids.push(...ids);
        batch.users.push(...users);
        batch.points.push(...points);
      }
      const last = arrived[taken - 1]!;
      arrived = arrived.slice(taken);
      const { rows } = await database.query<{ user_id: string; score: string }>({ name: 'apply', text: APPLY, values: [batch.ids, batch.users, batch.points] });
      if (rows.length) await redis.put(rows.flatMap(({ user_id: user, score }) => [score, user]));
      channel.ack(last, true);
      applied += batch.ids.length;
    }
    running = undefined;
  };
  await channel.consume(QUEUE, (message) => {
    arrived.push(message!);
    running ??= run();
  });
}

/** Answered with its URL. */
async function startGateway(redisUrl: string): Promise<string> {
  const app = Fastify();
  const room = new Server(app.server, { transports: ['websocket'] }).of('/ws/scores');
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
  const subscriber = createClient({ url: redisUrl });
  await subscriber.connect();
  await subscriber.subscribe(PAGE, listener);
}

const jobs = { startApi, startWorker, startGateway, applied: () => applied };
export type PrototypeJobs = typeof jobs;
serve(jobs);
