import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { command, COMMANDS, message, publish } from '../../../driver/src/broker';
import { withRedis } from '../../../driver/src/redis';
import { type ClusterContext, distributed, killInLoop, killOnce, lostSoFar, withFault } from '../fault';
import { post } from '../history';

/** A broker's alarm stops what publishes, and nothing else. */
const alarm = (limit: string, alarming: readonly string[], usual: string) => async ({ system: { rabbitmq }, hold }: ClusterContext) => {
  await rabbitmq.ctl(limit, ...alarming);
  await hold();
  await rabbitmq.ctl(limit, usual);
};

const BROKER = { isBrokerFault: true };

export const brokerFaults = [
  distributed('F07', 'the broker is killed', (context) => killOnce(context, context.system.rabbitmq), BROKER),
  distributed('F08', 'the broker is killed in a loop', (context) => killInLoop(context, [context.system.rabbitmq], [500, 3_000], 2 * context.faultMs), BROKER),
  distributed('F10a', 'memory alarm of the broker', alarm('set_vm_memory_high_watermark', ['absolute', '1MB'], '0.4'), BROKER),
  distributed('F10b', 'disk alarm of the broker', alarm('set_disk_free_limit', ['100000GB'], '50MB'), BROKER),
  // Stopped workers let something pile up.
  distributed('F11', 'the queue is deleted with what is in it', async (context) => {
    const { system, allowance } = context;
    system.workers.forEach((worker) => worker.signal('SIGSTOP'));
    await delay(2_000);
    await system.rabbitmq.ctl('delete_queue', COMMANDS);
    allowance.lostBefore = Date.now();
    system.workers.forEach((worker) => worker.signal('SIGCONT'));
    await delay(8_000);
    return `${(await lostSoFar(context)).length} updates were in it or on their way`;
  }, BROKER),
  distributed('F12', 'channel errors (406) on every channel of an api and a worker', (context) =>
    withFault(context, [context.system.apis[0]!, context.system.workers[0]!], { FAULT_POINT: 'channel-error', FAULT_AFTER: '40' }), BROKER),
  distributed('F13', 'confirms are withheld from one api, then from both', async ({ system, hold }) => {
    const edges = system.edges('rabbitmq', ['api']);
    for (const edge of edges) {
      edge.silence('down');
      await hold(0.5);
    }
    for (const edge of edges) await edge.heal();
  }, BROKER),
];

const PAIRS = 20;
const SLOW = { FAULT_POINT: 'slow-worker', FAULT_DELAY_MS: '3000' };

/** Sends one body, and then another under the same key to another api. Only the first may ever count. */
async function reuseKeys({ system, history, users, deadLetters }: ClusterContext, between: () => Promise<unknown>): Promise<number> {
  const [first, second] = system.apis;
  const pairs = users.slice(2, 2 + PAIRS).map((userId) => history.add({ userId, subject: userId, scoreIncrement: 7, key: randomUUID() }));
  for (const entry of pairs) await history.send(first!.url, entry);
  await delay(1_000);
  await between();
  let taken = 0;
  for (const entry of pairs) {
    const other = { ...entry, scoreIncrement: 8 };
    const { status } = await post(second!.url, other);
    if (status !== 201 && status !== 422) history.wrong.push(`a reused key was answered ${status}`);
    if (status !== 201) continue;
    taken++;
    const { commandId, userId, scoreIncrement } = other;
    deadLetters.push({ reason: 'key-conflict', content: JSON.stringify({ commandId, userId, scoreIncrement }) });
  }
  return taken;
}

const flush = ({ system }: ClusterContext): Promise<unknown> => withRedis(system.redis.url, (redis) => redis.flushAll());
const told = (taken: number): string => `${taken} of ${PAIRS} reused keys were answered 201 and must be dead letters, the others 422`;

/** Messages that hold no command at all. */
const POISON = (userId: string): readonly string[] => [
  ...['', 'not JSON', '{"v":1,"commands":[', '\u0000\u0001\u0002', 'null', '42', '"text"', '[]', '{}'],
  JSON.stringify({ v: 2, commands: [command(userId, 3)] }),
  ...[[], 'none'].map((commands) => JSON.stringify({ v: 1, commands })),
  JSON.stringify({ v: 1, commands: [command(userId, 3)], more: true }),
  JSON.stringify(command(userId, 3)),
  message(command(userId, 3, { commandId: 'none' })),
  ...[0, -5, 1.5, '5', 2 ** 53].map((scoreIncrement) => message(command(userId, 3, { scoreIncrement }))),
  ...['a user with blanks', '', 'x'.repeat(256)].map((each) => message(command(each, 3))),
  message(command(userId, 3, { unknown: 1 })),
  message(null),
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
];

export const messageFaults = [
  distributed('F24', 'every message is published twice', (context) => withFault(context, context.system.apis, { FAULT_POINT: 'double-publish' })),
  distributed('F25a', 'keys are used again with another body', async (context) => told(await reuseKeys(context, () => Promise.resolve()))),
  distributed('F25b', 'keys are used again with another body, Redis flushed in between', async (context) => told(await reuseKeys(context, () => flush(context)))),
  // With the first bodies still in the queue and Redis flushed nobody can tell, until the ledger does. One worker alone:
  // of two either could have the second body before the other has the first.
  distributed('F25c', 'keys are used again with another body, Redis flushed in between and the worker stopped', async (context) => {
    const [worker, other] = context.system.workers;
    await other!.stop();
    worker!.signal('SIGSTOP');
    const taken = await reuseKeys(context, () => flush(context)).finally(() => worker!.signal('SIGCONT'));
    await other!.start();
    if (!taken) context.history.wrong.push('no reused key came as far as the queue: the fault has shown nothing');
    return told(taken);
  }),
  distributed('F26', 'poison among good messages', async ({ system, users, random, deadLetters, allowance, hold }) => {
    const userId = users[2]!;
    const good = Array.from({ length: 20 }, () => command(userId, 3));
    const bad = random.shuffled([...POISON(userId), ...POISON(userId)]);
    // A good command between two bad ones, in one message.
    const mixed = good.map((each, i) => message({ bad: i }, each, [i]));
    allowance.applied = new Set(good.map(({ commandId }) => commandId));
    deadLetters.push(...bad.map((content) => ({ reason: 'malformed', content })));
    deadLetters.push(...good.flatMap((_, i) => [`{"bad":${i}}`, `[${i}]`].map((content) => ({ reason: 'malformed', content }))));
    await publish(system.rabbitmq.url, random.shuffled([...bad, ...mixed]), 20);
    await hold(0.3);
    return `${bad.length + mixed.length} messages`;
  }),
  distributed('F27', 'slow workers, until a short queue is full', async (context) => {
    const { rabbitmq, workers } = context.system;
    await rabbitmq.ctl('set_policy', 'short', `^${COMMANDS}$`, '{"max-length":50}');
    await withFault(context, workers, SLOW, 2);
    await rabbitmq.ctl('clear_policy', 'short');
  }, { isBrokerFault: true }),
];
