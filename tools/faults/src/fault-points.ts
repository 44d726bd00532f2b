import { setTimeout as delay } from 'node:timers/promises';
import { RedisLeaderboard } from '@scoreboard/infrastructure/redis';
import { PostgresLedger } from '@scoreboard/infrastructure/postgres';
import type { ConsumeMessage } from 'amqplib';
// Beneath the folder's index: nobody else has a use for them.
import { BatchProcessor } from '../../../libs/application/src/scores/batch-processor';
import { AmqpChannel } from '../../../libs/infrastructure/src/rabbitmq/amqp-channel';

/**
 * Preloaded into a role (`node --require`), it makes that process fail at a certain point of its own work. The product
 * knows nothing of it: methods of the built classes are wrapped.
 *
 * FAULT_POINT names the point, FAULT_AFTER (default 1) the passage at which it acts:
 * - `after-commit`, `after-put`, `after-publish`, `after-confirm`: the process kills itself (SIGKILL); `after-put` before the batch is acknowledged
 * - `channel-error`: at every so many publications or batches a wrong acknowledgement makes the broker close all its channels (406)
 * - `slow-worker`: every batch takes FAULT_DELAY_MS longer
 * - `double-publish`: every message is published twice
 * - `clock`: the clock is FAULT_DELAY_MS ahead
 */
const { FAULT_POINT = '', FAULT_AFTER = '1', FAULT_DELAY_MS = '0' } = process.env;

type Call = () => unknown;
type Around = (call: Call, self: unknown) => unknown;

/** Puts `around` in place of a method; it gets the call, and the object it is made on. */
function wrap(owner: object, name: string, around: Around): void {
  const method = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
  Reflect.set(owner, name, function (this: unknown, ...args: unknown[]) {
    return around(() => method.apply(this, args), this);
  });
}

let passages = 0;
const isReached = (): boolean => ++passages % Number(FAULT_AFTER) === 0;
const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** Dies when a call was answered, before its caller hears of it. */
const dieAfter: Around = async (call) => {
  const result = await call();
  if (isReached()) die();
  return result;
};

/** Dies when the message has left, and before the broker can have written it down. */
const dieUnanswered: Around = (call) => {
  const answer = call();
  if (isReached()) setImmediate(() => setImmediate(die));
  return answer;
};

const channels = new Set<AmqpChannel>();

const breakChannels: Around = (call) => {
  const unknown = { fields: { deliveryTag: 1_000_000 } } as ConsumeMessage;
  if (isReached()) channels.forEach(({ current }) => current?.ack(unknown));
  return call();
};

/** The second time may fail as it likes: the first was answered. */
const twice: Around = async (call) => {
  await call();
  await Promise.resolve(call()).catch(() => undefined);
};

const POINTS: Record<string, () => void> = {
  'after-commit': () => wrap(PostgresLedger.prototype, 'apply', dieAfter),
  'after-put': () => {
    wrap(RedisLeaderboard.prototype, 'put', dieAfter);
    // The worker does not wait for Redis: without this pause it would have acknowledged before it dies.
    wrap(BatchProcessor.prototype, 'run', async (call) => delay(100, await call()));
  },
  'after-publish': () => wrap(AmqpChannel.prototype, 'publish', dieUnanswered),
  'after-confirm': () => wrap(AmqpChannel.prototype, 'publish', dieAfter),
  'channel-error': () => {
    wrap(AmqpChannel.prototype, 'publish', breakChannels);
    wrap(PostgresLedger.prototype, 'apply', breakChannels);
  },
  'slow-worker': () => wrap(PostgresLedger.prototype, 'apply', async (call) => (await delay(Number(FAULT_DELAY_MS)), call())),
  'double-publish': () => wrap(AmqpChannel.prototype, 'publish', twice),
  'clock': () => wrap(Date, 'now', (call) => (call() as number) + Number(FAULT_DELAY_MS)),
};

wrap(AmqpChannel.prototype, 'open', (call, self) => {
  channels.add(self as AmqpChannel);
  return call();
});

POINTS[FAULT_POINT]?.();
