import { createSecretKey } from 'node:crypto';
import Fastify from 'fastify';
import { verify } from 'jsonwebtoken';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { serve } from './child';
import { updateSchema } from './update-schema';

/**
 * What one writes in an afternoon, and fair: every part is set up as it should be. It answers with the new score, keeps no
 * history, and counts a repeated request twice.
 */

const BOARD = 'leaderboard';

/** Answered with its URL. */
async function start(databaseUrl: string, redisUrl: string, secret: string): Promise<string> {
  const key = createSecretKey(Buffer.from(secret));
  const database = new Pool({ connectionString: databaseUrl, max: 20 });
  await database.query('CREATE TABLE IF NOT EXISTS score (user_id text PRIMARY KEY, score bigint NOT NULL)');
  const redis = createClient({ url: redisUrl });
  await redis.connect();
  const app = Fastify();
  const io = new Server(app.server, { transports: ['websocket'] });
  const room = io.of('/ws/scores');

  const top = async () => {
    const entries = await redis.zRangeWithScores(BOARD, 0, 9, { REV: true });
    return entries.map(({ value, score }) => ({ userId: value, score }));
  };

  app.get('/api/scores/top', top);
  app.post<{ Body: { userId: string; scoreIncrement: number } }>('/api/scores/update', { schema: { body: updateSchema } }, async (request, reply) => {
    const { userId, scoreIncrement } = request.body;
    const { sub } = verify(request.headers.authorization!.slice(7), key, { algorithms: ['HS256'] });
    if (sub !== userId) return reply.code(403).send();
    const { rows } = await database.query<{ score: string }>({
      name: 'raise',
      text: `INSERT INTO score VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET score = score.score + excluded.score RETURNING score`,
      values: [userId, scoreIncrement],
    });
    await redis.zIncrBy(BOARD, scoreIncrement, userId);
    room.emit('scores:top', { entries: await top() });
    return reply.code(201).send({ userId, score: Number(rows[0]!.score) });
  });

  return app.listen({ host: '127.0.0.1', port: 0 });
}

const jobs = { start };
export type BaselineJobs = typeof jobs;
serve(jobs);
