import { until } from '@scoreboard/harness';
import { say } from '../../../driver/src/command-line';
import { steadily } from '../clock';
import { median, sum } from '../statistics';
import { metric } from '../systems';
import { Crowd } from './crowd';
import { measurePush } from './measure-push';
import type { Memory, Stack } from './pushers';
import { TRANSPORTS } from './raw-client';

const CUT_CLIENTS = 2_000;
const READERS = 1_000;
const STARERS = 100;
/** So that those who do not read fill what the kernel holds for them in seconds. */
const FAST_PUSHES = 20;
const SLOWED_WITHIN_MS = 120_000;
const CHURN_CLIENTS = 500;
const CHURN_PER_SECOND = 200;
const CHURN_SAMPLES = 12;

export type CutOff = Awaited<ReturnType<typeof cutOff>>;

/** Clients lose their connections all at once while updates go on: the seconds until half and all were back on a board newer than the cut. */
export async function cutOff(stack: Stack, clients: number, pushes: number) {
  const gateway = await stack.startGateway('socket.io');
  const crowd = await Crowd.join(gateway.url, 'socket.io', Math.min(CUT_CLIENTS, clients));
  const stopPushing = steadily(pushes, () => gateway.push());
  const times = await crowd.first.ask('cut', crowd.clients, gateway.score);
  await stopPushing();
  await crowd.leave();
  await gateway.stop();
  return { clients: crowd.clients, p50: median(times) / 1_000, last: Math.max(...times) / 1_000 };
}

export type Slow = Awaited<ReturnType<typeof slowReaders>>;

/**
 * A hundred clients stop reading, until the gateway has to skip boards for them: how many it skipped, the readers' p99 in ms, alone and
 * beside those who do not read, and the gateway's memory.
 */
export async function slowReaders(stack: Stack, clients: number, seconds: number) {
  const gateway = await stack.startGateway('socket.io');
  const crowd = await Crowd.join(gateway.url, 'socket.io', Math.min(READERS, clients));
  const pushFast = () => measurePush({ pusher: gateway, crowd }, FAST_PUSHES, seconds);
  await pushFast(); // warms up
  const before = await gateway.memory();
  const alone = await pushFast();

  await crowd.first.ask('stare', STARERS);
  const skipped = () => metric(gateway.url, 'scoreboard_pushes_skipped_total');
  const stopPushing = steadily(FAST_PUSHES, () => gateway.push());
  await until('boards are skipped for those who do not read', SLOWED_WITHIN_MS, async () => (await skipped()) > STARERS);
  await stopPushing();
  const beside = await pushFast();
  const [skippedInAll, during] = [await skipped(), await gateway.memory()];

  await crowd.first.ask('leave');
  await until('those who do not read are gone', 10_000, async () => (await metric(gateway.url, 'scoreboard_socketio_clients')) === crowd.clients);
  const after = await gateway.memory();
  await crowd.leave();
  await gateway.stop();
  return { readers: crowd.clients, starers: STARERS, p99Before: alone.p99, p99With: beside.p99, skipped: skippedInAll, memory: { before, with: during, after } };
}

export type Churn = Awaited<ReturnType<typeof comeAndGo>>;

/** Clients come and go, over both transports, while boards are pushed: how many did, and the gateway's memory after each part of the time. */
export async function comeAndGo(stack: Stack, seconds: number) {
  const gateway = await stack.startGateway('socket.io');
  const crowds = await Promise.all(TRANSPORTS.map((transport) => Crowd.join(gateway.url, transport, CHURN_CLIENTS / 2)));
  const stopPushing = steadily(2, () => gateway.push());
  const samples: Memory[] = [];
  let changes = 0;
  for (let i = 1; i <= CHURN_SAMPLES; i++) {
    changes += sum(await Promise.all(crowds.map((crowd) => crowd.first.ask('churn', CHURN_PER_SECOND / 2, seconds / CHURN_SAMPLES))));
    samples.push(await gateway.memory());
    say(`${changes} came and went; heap ${(samples.at(-1)!.heap / 2 ** 20).toFixed(1)} MiB (${i} of ${CHURN_SAMPLES})`);
    for (const crowd of crowds) await crowd.hold(gateway.score); // forgets the times
  }
  await stopPushing();
  for (const crowd of crowds) await crowd.leave();
  await gateway.stop();
  return { seconds, clients: CHURN_CLIENTS, changes, samples };
}
