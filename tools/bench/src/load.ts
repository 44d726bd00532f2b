import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { newCommandId } from '@scoreboard/application';
import { token } from '../../driver/src/client';
import { serve } from './child';
import { playerId } from './players';

/** A closed loop over keep-alive connections: each sends its next request when the last was answered. Players `ask` in turn, from any of them on. */
type LoadJob = Readonly<Record<'connections' | 'seconds' | 'players', number> & { url: string; ask: Ask; withKeys: boolean }>;

const FIND = 'boards/global/players?name=';
const READS = {
  ...{ top: () => 'scores/top', top100: () => 'scores/top?limit=100', rank: (id: string) => `scores/users/${id}` },
  ...{ neighbors: (id: string) => `scores/users/${id}/around`, history: (id: string) => `scores/users/${id}/history` },
  ...{ findSome: (_id: string, i: number) => `${FIND}player%20${10 + (i % 90)}`, findAll: () => `${FIND}pl`, findNobody: () => `${FIND}zz` },
};

export type Ask = 'update' | keyof typeof READS;

/** What player `i` asks: `head` without its last, empty line; `worth` is what a success adds to the sums, of an update 1 to 10 points. */
function prepare(ask: Ask, i: number) {
  const userId = playerId(i);
  const authorization = ask === 'update' || ask === 'history' ? `Authorization: Bearer ${token(userId)}\r\n` : '';
  if (ask !== 'update') return { head: `GET /api/${READS[ask](userId, i)} HTTP/1.1\r\nHost: bench\r\n${authorization}`, body: '', worth: 0 };
  const worth = (i % 10) + 1;
  const body = JSON.stringify({ userId, scoreIncrement: worth });
  const headers = `Host: bench\r\n${authorization}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return { head: `POST /api/scores/update HTTP/1.1\r\n${headers}`, body, worth };
}

export type LoadResult = Awaited<ReturnType<typeof run>>;

/** What still waits for its answer then is lost: the sums will tell. */
const LAST_ANSWERS_MS = 10_000;

/** Requests that are kept; beyond, each is made when it is sent. */
const KEPT = 10_000;

let isOver = false;

async function run({ url, connections, seconds, ask, players, withKeys }: LoadJob) {
  const byStatus: Record<string, number> = {};
  const microseconds = createHistogram();
  const made = players <= KEPT ? Array.from({ length: players }, (_, i) => prepare(ask, i)) : [];
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(url)));
  const startedAt = Date.now();
  const started = performance.now();
  const end = started + seconds * 1_000;
  let worth = 0;
  let turn = Math.floor(Math.random() * players);

  const loop = async (socket: Socket) => {
    const answers = answersOf(socket);
    while (!isOver && performance.now() < end) {
      const player = turn++ % players;
      const request = made[player] ?? prepare(ask, player);
      const key = withKeys ? `Idempotency-Key: ${newCommandId()}\r\n` : '';
      const sent = performance.now();
      socket.write(`${request.head}${key}\r\n${request.body}`, 'latin1');
      const status = await answers();
      microseconds.record(Math.ceil((performance.now() - sent) * 1_000));
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      if (status.startsWith('2')) worth += request.worth;
    }
    socket.destroy();
  };

  const late = setTimeout(() => sockets.forEach((socket) => socket.destroy()), seconds * 1_000 + LAST_ANSWERS_MS);
  await Promise.all(sockets.map(loop));
  clearTimeout(late);
  return {
    byStatus,
    /** Of all that was answered 2xx. */
    worth,
    /** Unix milliseconds. */
    startedAt,
    /** From the first request to the last answer. */
    seconds: (performance.now() - started) / 1_000,
    ...{ p50: microseconds.percentile(50) / 1_000, p99: microseconds.percentile(99) / 1_000 },
  };
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.on('error', () => undefined); // It closes then.
  await once(socket, 'connect');
  return socket;
}

/** Gives a function that resolves with the status of the next answer, `lost` where the connection ended. */
function answersOf(socket: Socket): () => Promise<string> {
  let received = '';
  let answer: (status: string) => void;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received = received ? received + chunk : chunk;
    if (!isWhole(received)) return;
    const status = received.slice(9, 12);
    received = '';
    answer(status);
  });
  socket.on('close', () => answer?.('lost'));
  return () => (socket.destroyed ? Promise.resolve('lost') : new Promise((resolve) => (answer = resolve)));
}

function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0;
  return text.length >= head + 4 + Number(length);
}

const jobs = { run, stop: () => void (isOver = true), ready: () => undefined };
export type LoadJobs = typeof jobs;
serve(jobs);
