import { setTimeout as delay } from 'node:timers/promises';
import { COMMANDS } from '../../../driver/src/broker';
import { type ClusterContext, distributed } from '../fault';
import { killInLoop, killOnce, lostSoFar, withFault } from './shared';

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
