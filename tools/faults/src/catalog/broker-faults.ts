import { setTimeout as delay } from 'node:timers/promises';
import { COMMANDS } from '../broker';
import { lost } from '../checker';
import { readLedger } from '../ledger-snapshot';
import { distributed, type ClusterContext } from '../fault';

/** A broker's alarm stops what publishes, and nothing else. */
async function alarm({ system: { rabbitmq }, hold }: ClusterContext, raise: readonly string[], calm: readonly string[]): Promise<void> {
  await rabbitmq.ctl(...raise);
  await hold();
  await rabbitmq.ctl(...calm);
}

export const brokerFaults = distributed(
  {
    id: 'F07',
    what: 'the broker is killed',
    isBrokerFault: true,
    inject: async ({ system: { rabbitmq }, hold }) => {
      await rabbitmq.kill();
      await hold();
      await rabbitmq.start();
    },
  },
  {
    id: 'F08',
    what: 'the broker is killed in a loop',
    isBrokerFault: true,
    inject: async ({ system: { rabbitmq }, faultMs, random }) => {
      const deadline = Date.now() + 2 * faultMs;
      let kills = 0;
      for (; Date.now() < deadline; kills++) {
        await rabbitmq.kill();
        await rabbitmq.start();
        await delay(random.whole(500, 3_000));
      }
      return `${kills} kills`;
    },
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
  {
    id: 'F11',
    what: 'the queue is deleted with what is in it',
    isBrokerFault: true,
    inject: async ({ system, allowance, history, users }) => {
      // Stopped workers let something pile up.
      system.workers.forEach((worker) => worker.signal('SIGSTOP'));
      await delay(2_000);
      await system.rabbitmq.ctl('delete_queue', COMMANDS);
      allowance.lostBefore = Date.now();
      system.workers.forEach((worker) => worker.signal('SIGCONT'));
      await delay(8_000);
      return `${lost(await readLedger(system.postgres.url, users), history).length} updates were in it or on their way`;
    },
  },
  {
    id: 'F12',
    what: 'channel errors (406) on every channel of an api and a worker',
    isBrokerFault: true,
    inject: async ({ system, hold }) => {
      const members = [system.apis[0]!, system.workers[0]!];
      await Promise.all(members.map((member) => member.stop()));
      await Promise.all(members.map((member) => member.start({ FAULT_POINT: 'channel-error', FAULT_AFTER: '40' })));
      await hold();
      await Promise.all(members.map((member) => member.stop()));
      await Promise.all(members.map((member) => member.start()));
    },
  },
  {
    id: 'F13',
    what: 'confirms are withheld from one api, then from both',
    isBrokerFault: true,
    inject: async ({ system, hold }) => {
      const [first, second] = system.edges('rabbitmq', ['api']);
      first!.silence('down');
      await hold(0.5);
      second!.silence('down');
      await hold(0.5);
      await first!.heal();
      await second!.heal();
    },
  },
);
