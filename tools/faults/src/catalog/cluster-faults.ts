import type { PrivateServer } from '@scoreboard/harness';
import { COMMANDS } from '../../../driver/src/broker';
import { type ClusterContext, distributed } from '../fault';

/** Kills a replica. What is left must be enough: updates are accepted again before it is started. */
async function killReplica({ history, hold }: ClusterContext, replica: PrivateServer): Promise<string> {
  await replica.kill();
  const acceptsMs = await history.nextOk(Date.now());
  if (acceptsMs === Infinity) history.wrong.push('no update was accepted before the fault was healed');
  await hold();
  await replica.start();
  return `accepted again after ${(acceptsMs / 1_000).toFixed(1)} s`;
}

const membersOf = ({ system }: ClusterContext) => system.replicas!.brokers.membersOf(COMMANDS);

const REPLICAS = { isClustered: true };
const BROKERS = { isClustered: true, isBrokerFault: true };

export const clusterFaults = [
  distributed('C1', "one of three nodes is killed: the queue's leader", async (context) => killReplica(context, (await membersOf(context)).leader), BROKERS),
  distributed('C2', 'one of three nodes is killed: a follower of the queue', async (context) => killReplica(context, context.random.pick((await membersOf(context)).followers)), BROKERS),
  distributed('C3', 'rolling restart of the three nodes of the broker', async ({ system, hold }) => {
    for (const node of system.replicas!.brokers.nodes) {
      await node.stop();
      await hold(0.1);
      await node.start();
    }
  }, BROKERS),
  distributed('C4', 'the primary of PostgreSQL is killed permanently, its synchronous standby promoted', async ({ system, hold }) => {
    await system.postgres.kill();
    await hold(0.3);
    await system.failOver();
  }, REPLICAS),
  distributed('C5', 'the synchronous standby of PostgreSQL is killed: commits wait for it', (context) => killReplica(context, context.system.replicas!.standby), REPLICAS),
  distributed('C6', 'the standby is killed, a moment later the primary permanently; the standby is promoted', async ({ system, hold }) => {
    const { standby } = system.replicas!;
    await standby.kill();
    await hold(0.5);
    await system.postgres.kill();
    await standby.start();
    await system.failOver();
  }, REPLICAS),
];
