import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from '@scoreboard/harness';
import { RawClient } from './raw-client';

/**
 * Watching clients, and one probe among them: its user leads by far and posts at intervals, and the time is taken until
 * the board that the client is sent shows the new score.
 *
 * The job is answered `ready` when all are connected; the next message starts the probe, the one after it ends it and brings
 * the result.
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
function watch(gateway: string, board: (score: number) => void): Promise<void> {
  const target = { port: Number(new URL(gateway).port), transport: 'socket.io' } as const;
  return new Promise((resolve, reject) => {
    const gone = (why: string) => reject(new Error(`the gateway refused a client: ${why}`)); // of no consequence for one that was let in
    void new RawClient(target, { joined: resolve, received: (count) => (bytes += count), board, gone });
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
    await Promise.race([shown, delay(SHOWN_WITHIN_MS)]);
    latencies.add(performance.now() - sent);
    await delay(PROBE_EVERY_MS * Math.random());
  }
  return { bytes, p50: latencies.quantile(0.5), p99: latencies.quantile(0.99), accepted, worth };
}

async function main(job: SubscribersJob): Promise<void> {
  await watch(job.gateway, (score) => onScore(score));
  for (let i = 1; i < job.clients; i++) await watch(job.gateway, () => undefined);
  process.send!('ready');
  await new Promise((resolve) => process.once('message', resolve));
  bytes = 0;
  process.once('message', () => (isOver = true));
  process.send!(await probe(job), () => process.exit());
}

process.once('message', (job: SubscribersJob) => void main(job));
process.once('disconnect', () => process.exit());
