import type { RabbitmqServer } from '@scoreboard/harness';
import { COMMANDS } from '../broker-books';
import { eventually } from '../eventually';
import { distributed, type DistributedStage } from '../row';

const ACCEPTS_WITHIN_MS = 30_000;

/** What is still there must be enough: updates are accepted again before anything is healed. */
async function acceptsMeanwhile({ journal }: DistributedStage): Promise<string> {
  const since = Date.now();
  await eventually(() => journal.firstOkSince(since) !== undefined, ACCEPTS_WITHIN_MS, 20);
  const first = journal.firstOkSince(since);
  if (first === undefined) journal.wrong.push('no update was accepted before the fault was healed');
  return first === undefined ? '' : `accepted again after ${((first - since) / 1_000).toFixed(1)} s`;
}

async function killNode(stage: DistributedStage, node: RabbitmqServer): Promise<string> {
  await node.kill();
  const told = await acceptsMeanwhile(stage);
  await stage.hold();
  await node.start();
  return told;
}

const membersOf = ({ ground }: DistributedStage) => ground.clusters!.brokers.membersOf(COMMANDS);

export const clusterRows = distributed(
  {
    id: 'C1',
    what: "the node with the queue's leader is killed, of three",
    isClustered: true,
    isBrokerFault: true,
    hurt: async (stage) => killNode(stage, (await membersOf(stage)).leader),
  },
  {
    id: 'C2',
    what: 'a node with a follower of the queue is killed, of three',
    isClustered: true,
    isBrokerFault: true,
    hurt: async (stage) => killNode(stage, stage.dice.pick((await membersOf(stage)).followers)),
  },
  {
    id: 'C3',
    what: 'rolling restart of the three nodes of the broker',
    isClustered: true,
    isBrokerFault: true,
    hurt: async ({ ground, hold }) => {
      for (const node of ground.clusters!.brokers.nodes) {
        await node.stop();
        await hold(0.1);
        await node.start();
      }
    },
  },
  {
    id: 'C4',
    what: 'the primary of PostgreSQL is killed for good, its synchronous standby promoted',
    isClustered: true,
    hurt: async ({ ground, hold }) => {
      await ground.postgres.kill();
      await hold(0.3);
      await ground.failOver();
    },
  },
  {
    id: 'C5',
    what: 'the synchronous standby of PostgreSQL is killed: commits wait for it',
    isClustered: true,
    hurt: async (stage) => {
      const { standby } = stage.ground.clusters!;
      await standby.kill();
      const told = await acceptsMeanwhile(stage);
      await stage.hold();
      await standby.start();
      return told;
    },
  },
  {
    id: 'C6',
    what: 'the standby is killed, a moment later the primary for good; the standby is promoted',
    isClustered: true,
    hurt: async ({ ground, hold }) => {
      const { standby } = ground.clusters!;
      await standby.kill();
      await hold(0.5);
      await ground.postgres.kill();
      await standby.start();
      await ground.failOver();
    },
  },
);
