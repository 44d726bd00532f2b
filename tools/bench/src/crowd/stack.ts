import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, startRole, startServers, until } from '@scoreboard/harness';
import { sign } from 'jsonwebtoken';
import type { Transport } from '../raw-client';
import { metric, PROBE, SECRET, SETTINGS } from '../system';
import { LEADERS, PROBE_LEAD } from './board';
import { machineTime } from './clock';
import { memoryOf } from './memory';
import type { Pusher } from './pusher';

const RETRY_MS = 1_000;

/** The distributed system but for its gateways, which are started one by one. */
export interface Stack {
  /** Raises a score, as a trusted service. */
  post(userId: string, scoreIncrement: number): Promise<void>;
  startGateway(transport: Transport): Promise<Pusher>;
  stop(): Promise<void>;
}

/** Servers, one api and one worker, with the ten and ninety more on the board. */
export async function startStack(): Promise<Stack> {
  const servers = await startServers(undefined, {});
  const { postgres, redis, rabbitmq } = servers;
  if (!postgres || !redis || !rabbitmq) throw new Error(Object.values(servers.missing).join('; '));
  const settings = { ...SETTINGS, MAX_SCORE_INCREMENT: `${PROBE_LEAD}`, MAX_CONNECTIONS: '100000', DATABASE_URL: postgres.url, REDIS_URL: redis.url, RABBITMQ_URL: rabbitmq.url };
  const [api, worker] = await Promise.all([startRole('api', settings), startRole('worker', settings)]);
  const token = sign({ sub: 'website', scope: 'scores:write:any' }, SECRET, { expiresIn: '2d' });
  const headers = { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' };
  let score = PROBE_LEAD;

  const post = async (userId: string, scoreIncrement: number, key: string = randomUUID()): Promise<void> => {
    const response = await fetch(`${api.url}/api/scores/update`, { method: 'POST', headers: { ...headers, 'Idempotency-Key': key }, body: JSON.stringify({ userId, scoreIncrement }) });
    // Of a machine that is too busy for a moment; sent again it counts once.
    if (response.status === 503) return delay(RETRY_MS).then(() => post(userId, scoreIncrement, key));
    if (response.status !== 201) throw new Error(`an update was answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  };
  for (const [userId, points] of [[PROBE, PROBE_LEAD] as const, ...LEADERS]) await post(userId, points);
  const applied = () => metric(worker.url, 'scoreboard_commands_applied_total');
  await until('the first hundred are applied', 30_000, async () => (await applied()) > LEADERS.length);

  return {
    post: (userId, scoreIncrement) => post(userId, scoreIncrement),
    startGateway: async (transport) => {
      const inspectPort = await freePort();
      const role = await startRole('gateway', settings, { nodeArgs: [`--inspect=127.0.0.1:${inspectPort}`] });
      return {
        name: `gateway, ${transport}`,
        transport,
        url: role.url,
        pid: role.pid,
        get score() {
          return score;
        },
        push: async () => {
          const begun = machineTime();
          score++;
          await post(PROBE, 1);
          return begun;
        },
        memory: () => memoryOf(inspectPort),
        stop: () => role.stop(),
      };
    },
    stop: async () => {
      await Promise.all([api.stop(), worker.stop()]);
      await servers.stop();
    },
  };
}
