import { WebSocket } from 'ws';
import { Latencies } from './latencies';

/**
 * Watching clients, and one probe among them: its user leads by far and posts at intervals, and the time is taken until
 * the board that the client is sent shows the new score.
 *
 * They speak Socket.IO by hand: a whole client for each would take the CPU that is to be measured. The job is answered
 * `ready` when all are connected; the next message starts the probe, the one after it ends it and brings the result.
 */
export interface SubscribersJob {
  readonly gateway: string;
  readonly api: string;
  readonly clients: number;
  readonly userId: string;
  readonly token: string;
  /** Its first post; each later one is 1. */
  readonly lead: number;
  /** The score that its user has before. */
  readonly held: number;
}

export interface SubscribersResult {
  readonly bytes: number;
  readonly p50: number;
  readonly p99: number;
  readonly accepted: number;
  readonly worth: number;
}

const PROBE_EVERY_MS = 20;
const SHOWN_WITHIN_MS = 10_000;

let bytes = 0;
let isOver = false;
let onScore = (_score: number): void => undefined;

/** Resolves when the namespace has let it in. */
function watch(gateway: string, onText: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${gateway.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      bytes += data.length;
      const kind = data.toString('latin1', 0, 2);
      if (kind.startsWith('0')) socket.send('40/ws/scores,');
      else if (kind.startsWith('2')) socket.send('3');
      else if (kind === '40') resolve();
      else if (kind === '42') onText(data.toString());
      else reject(new Error(`the gateway refused a client: ${data.toString()}`));
    });
  });
}

async function probe({ api, userId, token, lead, held }: SubscribersJob): Promise<SubscribersResult> {
  const latencies = new Latencies();
  let accepted = 0;
  let worth = 0;
  while (!isOver) {
    const scoreIncrement = held + worth === 0 ? lead : 1;
    const expected = held + worth + scoreIncrement;
    const sent = performance.now();
    const shown = new Promise<void>((resolve) => (onScore = (score) => score >= expected && resolve()));
    const response = await fetch(`${api}/api/scores/update`, {
      method: 'POST',
      headers: { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ userId, scoreIncrement }),
    });
    if (response.status !== 201) throw new Error(`the probe was answered ${response.status}`);
    await response.arrayBuffer();
    accepted++;
    worth += scoreIncrement;
    await Promise.race([shown, timeout(SHOWN_WITHIN_MS)]);
    latencies.add(performance.now() - sent);
    await timeout(PROBE_EVERY_MS * Math.random());
  }
  return { bytes, p50: latencies.quantile(0.5), p99: latencies.quantile(0.99), accepted, worth };
}

const timeout = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function main(job: SubscribersJob): Promise<void> {
  const own = new RegExp(`"userId":"${job.userId}","score":(\\d+)`);
  await watch(job.gateway, (text) => onScore(Number(own.exec(text)?.[1] ?? 0)));
  for (let i = 1; i < job.clients; i++) await watch(job.gateway, () => undefined);
  process.send!('ready');
  await new Promise((resolve) => process.once('message', resolve));
  bytes = 0;
  process.once('message', () => (isOver = true));
  process.send!(await probe(job), () => process.exit());
}

process.once('message', (job: SubscribersJob) => void main(job));
process.once('disconnect', () => process.exit());
