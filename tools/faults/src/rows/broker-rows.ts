import { setTimeout as delay } from 'node:timers/promises';
import { COMMANDS } from '../broker-books';
import { lost } from '../judge';
import { readLedger } from '../ledger-books';
import { distributed, type DistributedStage } from '../row';

/** A broker's alarm stops what publishes, and nothing else. */
async function alarm({ ground: { rabbitmq }, hold }: DistributedStage, raise: readonly string[], calm: readonly string[]): Promise<void> {
  await rabbitmq.ctl(...raise);
  await hold();
  await rabbitmq.ctl(...calm);
}

export const brokerRows = distributed(
  {
    id: 'F07',
    what: 'the broker is killed',
    isBrokerFault: true,
    hurt: async ({ ground: { rabbitmq }, hold }) => {
      await rabbitmq.kill();
      await hold();
      await rabbitmq.start();
    },
  },
  {
    id: 'F08',
    what: 'the broker is killed in a loop',
    isBrokerFault: true,
    hurt: async ({ ground: { rabbitmq }, faultMs, dice }) => {
      const deadline = Date.now() + 2 * faultMs;
      let kills = 0;
      for (; Date.now() < deadline; kills++) {
        await rabbitmq.kill();
        await rabbitmq.start();
        await delay(dice.whole(500, 3_000));
      }
      return `${kills} kills`;
    },
  },
  {
    id: 'F10a',
    what: 'memory alarm of the broker',
    isBrokerFault: true,
    hurt: (stage) => alarm(stage, ['set_vm_memory_high_watermark', 'absolute', '1MB'], ['set_vm_memory_high_watermark', '0.4']),
  },
  {
    id: 'F10b',
    what: 'disk alarm of the broker',
    isBrokerFault: true,
    hurt: (stage) => alarm(stage, ['set_disk_free_limit', '100000GB'], ['set_disk_free_limit', '50MB']),
  },
  {
    id: 'F11',
    what: 'the queue is deleted with what is in it',
    isBrokerFault: true,
    hurt: async ({ ground, allowance, journal, users }) => {
      // Stopped workers let something pile up.
      ground.workers.forEach((worker) => worker.signal('SIGSTOP'));
      await delay(2_000);
      await ground.rabbitmq.ctl('delete_queue', COMMANDS);
      allowance.lostBefore = Date.now();
      ground.workers.forEach((worker) => worker.signal('SIGCONT'));
      await delay(8_000);
      return `${lost(await readLedger(ground.postgres.url, users), journal).length} updates were in it or on their way`;
    },
  },
  {
    id: 'F12',
    what: 'channel errors (406) on every channel of an api and a worker',
    isBrokerFault: true,
    hurt: async ({ ground, hold }) => {
      const members = [ground.apis[0]!, ground.workers[0]!];
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
    hurt: async ({ ground, hold }) => {
      const [first, second] = ground.edges('rabbitmq', ['api']);
      first!.silence('down');
      await hold(0.5);
      second!.silence('down');
      await hold(0.5);
      await first!.heal();
      await second!.heal();
    },
  },
);
