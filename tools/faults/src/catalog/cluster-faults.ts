import type { RabbitmqServer } from '@scoreboard/harness';
import { COMMANDS } from '../broker';
import { eventually } from '../eventually';
import { distributed, type ClusterContext } from '../fault';

const ACCEPTS_WITHIN_MS = 30_000;

/** What is still there must be enough: updates are accepted again before anything is healed. */
async function acceptsMeanwhile({ history }: ClusterContext): Promise<string> {
  const since = Date.now();
  await eventually(() => history.firstOkSince(since) !== undefined, ACCEPTS_WITHIN_MS, 20);
  const first = history.firstOkSince(since);
  if (first === undefined) history.wrong.push('no update was accepted before the fault was healed');
  return first === undefined ? '' : `accepted again after ${((first - since) / 1_000).toFixed(1)} s`;
}

async function killNode(context: ClusterContext, node: RabbitmqServer): Promise<string> {
  await node.kill();
  const told = await acceptsMeanwhile(context);
  await context.hold();
  await node.start();
  return told;
}

const membersOf = ({ system }: ClusterContext) => system.replicas!.brokers.membersOf(COMMANDS);

export const clusterFaults = distributed(
  {
    id: 'C1',
    what: "the node with the queue's leader is killed, of three",
    isClustered: true,
    isBrokerFault: true,
    inject: async (context) => killNode(context, (await membersOf(context)).leader),
  },
  {
    id: 'C2',
    what: 'a node with a follower of the queue is killed, of three',
    isClustered: true,
    isBrokerFault: true,
    inject: async (context) => killNode(context, context.random.pick((await membersOf(context)).followers)),
  },
  {
    id: 'C3',
    what: 'rolling restart of the three nodes of the broker',
    isClustered: true,
    isBrokerFault: true,
    inject: async ({ system, hold }) => {
      for (const node of system.replicas!.brokers.nodes) {
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
    inject: async ({ system, hold }) => {
      await system.postgres.kill();
      await hold(0.3);
      await system.failOver();
    },
  },
  {
    id: 'C5',
    what: 'the synchronous standby of PostgreSQL is killed: commits wait for it',
    isClustered: true,
    inject: async (context) => {
      const { standby } = context.system.replicas!;
      await standby.kill();
      const told = await acceptsMeanwhile(context);
      await context.hold();
      await standby.start();
      return told;
    },
  },
  {
    id: 'C6',
    what: 'the standby is killed, a moment later the primary for good; the standby is promoted',
    isClustered: true,
    inject: async ({ system, hold }) => {
      const { standby } = system.replicas!;
      await standby.kill();
      await hold(0.5);
      await system.postgres.kill();
      await standby.start();
      await system.failOver();
    },
  },
);
