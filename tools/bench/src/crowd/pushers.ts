import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { collectGarbage, COLLECTS_AT_SIGNAL, projectRoot, until } from '@scoreboard/harness';
import { postUpdate, token } from '../../../driver/src/client';
import { Child } from '../child';
import { machineTime } from '../clock';
import { LEADERS, PROBE, PROBE_LEAD } from '../players';
import { appliedBy, metric, startRoles } from '../systems';
import type { Transport } from './raw-client';
import type { YardstickJobs } from './yardstick-server';

const RETRY_MS = 1_000;

/** In bytes, without garbage: `heap` is what JavaScript holds, buffers outside its heap too; `resident` what the process has of the machine. */
export type Memory = Readonly<Record<'heap' | 'resident', number>>;

export interface Pusher {
  readonly name: string;
  readonly transport: Transport;
  readonly url: string;
  readonly pid: number;
  /** The probe's score at the last push. */
  readonly score: number;
  /** One push of a new board; resolves with when that was begun, in milliseconds of the machine, as soon as the server has it. */
  push(): Promise<number>;
  memory(): Promise<Memory>;
  stop(): Promise<unknown>;
}

export async function startYardstick(transport: Transport): Promise<Pusher> {
  const child = new Child<YardstickJobs>('crowd/yardstick-server', [transport], COLLECTS_AT_SIGNAL);
  const server = {
    name: transport === 'socket.io' ? 'io.emit' : 'ws, one frame',
    ...{ transport, url: await child.ask('listen'), pid: child.pid },
    memory: () => collectGarbage(child.pid).then(() => child.ask('memory')),
    stop: () => child.end(),
  };
  return pusher(server, { score: PROBE_LEAD }, (score) => child.ask('push', score));
}

/** Each push is one point more for the probe, which tells its board from the others. */
const pusher = (server: Omit<Pusher, 'score' | 'push'>, probe: { score: number }, push: (score: number) => Promise<void>): Pusher => ({
  ...server,
  get score() {
    return probe.score;
  },
  push: async () => {
    const begun = machineTime();
    await push(++probe.score);
    return begun;
  },
});

export type Stack = Awaited<ReturnType<typeof startStack>>;

/** The boards day, week and month beside `global`. */
export const WITH_BOARDS = { BOARDS_FILE: join(projectRoot(), 'deploy/boards.json') };

/** The distributed system but for its gateways, which are started one by one; with the ten and ninety more on the board. */
export async function startStack(more: NodeJS.ProcessEnv = {}) {
  const { servers, start, stop } = await startRoles({ ...more, MAX_CONNECTIONS: '100000' });
  const [api, worker] = await Promise.all([start('api'), start('worker')]);
  const bearer = token('website', 'scores:write:any');
  const probe = { score: PROBE_LEAD };

  const post = async (userId: string, scoreIncrement: number, key: string = randomUUID()): Promise<void> => {
    const { status, body } = await postUpdate(api.url, bearer, { userId, scoreIncrement }, { 'idempotency-key': key });
    // Of a machine that is too busy for a moment; sent again it counts once.
    if (status === 503) return delay(RETRY_MS).then(() => post(userId, scoreIncrement, key));
    if (status !== 201) throw new Error(`an update was answered ${status}: ${JSON.stringify(body)}`);
  };
  for (const [userId, points] of [[PROBE, PROBE_LEAD] as const, ...LEADERS]) await post(userId, points);
  await until('the first hundred are applied', 30_000, async () => (await appliedBy(worker.url)) > LEADERS.length);

  const startGateway = async (transport: Transport): Promise<Pusher> => {
    const { url, pid, stop: end } = await start('gateway', COLLECTS_AT_SIGNAL);
    const memory = async () => {
      await collectGarbage(pid);
      const heap = (await metric(url, 'nodejs_heap_size_used_bytes')) + (await metric(url, 'nodejs_external_memory_bytes'));
      return { heap, resident: await metric(url, 'process_resident_memory_bytes') };
    };
    return pusher({ name: `gateway, ${transport}`, transport, url, pid, memory, stop: end }, probe, () => post(PROBE, 1));
  };
  return { servers, url: api.url, post, startGateway, stop: () => stop(api, worker) };
}
