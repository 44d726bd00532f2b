import { setTimeout as delay } from 'node:timers/promises';
import { COMMANDS } from '../broker';
import { type ClusterContext, distributed } from '../fault';
import { killInLoop, killOnce, lostSoFar } from './shared';

/** A broker's alarm stops what publishes, and nothing else. */
async function alarm({ system: { rabbitmq }, hold }: ClusterContext, raise: readonly string[], calm: readonly string[]): Promise<void> {
  await rabbitmq.ctl(...raise);
  await hold();
  await rabbitmq.ctl(...calm);
}

/** Stopped workers let something pile up. */
async function deleteQueue(context: ClusterContext): Promise<string> {
  const { system, allowance } = context;
  system.workers.forEach((worker) => worker.signal('SIGSTOP'));
  await delay(2_000);
  await system.rabbitmq.ctl('delete_queue', COMMANDS);
  allowance.lostBefore = Date.now();
  system.workers.forEach((worker) => worker.signal('SIGCONT'));
  await delay(8_000);
  return `${(await lostSoFar(context)).length} updates were in it or on their way`;
}

async function breakChannels({ system, hold }: ClusterContext): Promise<void> {
  const members = [system.apis[0]!, system.workers[0]!];
  await Promise.all(members.map((member) => member.restart({ FAULT_POINT: 'channel-error', FAULT_AFTER: '40' })));
  await hold();
  await Promise.all(members.map((member) => member.restart()));
}

async function withholdConfirms({ system, hold }: ClusterContext): Promise<void> {
  const edges = system.edges('rabbitmq', ['api']);
  for (const edge of edges) {
    edge.silence('down');
    await hold(0.5);
  }
  for (const edge of edges) await edge.heal();
}

export const brokerFaults = distributed(
  { id: 'F07', what: 'the broker is killed', isBrokerFault: true, inject: (context) => killOnce(context, context.system.rabbitmq) },
  {
    id: 'F08',
    what: 'the broker is killed in a loop',
    isBrokerFault: true,
    inject: (context) => killInLoop(context, [context.system.rabbitmq], 2 * context.faultMs, [500, 3_000]),
  },
  {
    id: 'F10a',
    what: 'memory alarm of the broker',
    isBrokerFault: true,
    inject: (context) => alarm(context, ['set_vm_memory_high_watermark', 'absolute', '1MB'], ['set_vm_memory_high_watermark', '0.4']),
  },
  {
    id: 'F10b',
    what: 'disk alarm of the broker',
    isBrokerFault: true,
    inject: (context) => alarm(context, ['set_disk_free_limit', '100000GB'], ['set_disk_free_limit', '50MB']),
  },
  { id: 'F11', what: 'the queue is deleted with what is in it', isBrokerFault: true, inject: deleteQueue },
  { id: 'F12', what: 'channel errors (406) on every channel of an api and a worker', isBrokerFault: true, inject: breakChannels },
  { id: 'F13', what: 'confirms are withheld from one api, then from both', isBrokerFault: true, inject: withholdConfirms },
);
