import { eventually, type RabbitmqServer } from '@scoreboard/harness';
import { COMMANDS } from '../broker';
import { type ClusterContext, distributed } from '../fault';

const ACCEPTS_WITHIN_MS = 30_000;

/** Kills a replica. What is left must be enough: updates are accepted again before it is started. */
async function killReplica({ history, hold }: ClusterContext, replica: Pick<RabbitmqServer, 'kill' | 'start'>): Promise<string> {
  await replica.kill();
  const since = Date.now();
  await eventually(() => history.firstOkSince(since) !== undefined, ACCEPTS_WITHIN_MS, 20);
  const first = history.firstOkSince(since);
  if (first === undefined) history.wrong.push('no update was accepted before the fault was healed');
  await hold();
  await replica.start();
  return first === undefined ? '' : `accepted again after ${((first - since) / 1_000).toFixed(1)} s`;
}

const membersOf = ({ system }: ClusterContext) => system.replicas!.brokers.membersOf(COMMANDS);

async function restartNodes({ system, hold }: ClusterContext): Promise<void> {
  for (const node of system.replicas!.brokers.nodes) {
    await node.stop();
    await hold(0.1);
    await node.start();
  }
}

async function losePrimary({ system, hold }: ClusterContext): Promise<void> {
  await system.postgres.kill();
  await hold(0.3);
  await system.failOver();
}

async function loseStandbyThenPrimary({ system, hold }: ClusterContext): Promise<void> {
  const { standby } = system.replicas!;
  await standby.kill();
  await hold(0.5);
  await system.postgres.kill();
  await standby.start();
  await system.failOver();
}

const onReplicas = { isClustered: true } as const;
const onBrokers = { isClustered: true, isBrokerFault: true } as const;

export const clusterFaults = distributed(
  { id: 'C1', what: "one of three nodes is killed: the queue's leader", ...onBrokers, inject: async (context) => killReplica(context, (await membersOf(context)).leader) },
  {
    id: 'C2',
    what: 'one of three nodes is killed: a follower of the queue',
    ...onBrokers,
    inject: async (context) => killReplica(context, context.random.pick((await membersOf(context)).followers)),
  },
  { id: 'C3', what: 'rolling restart of the three nodes of the broker', ...onBrokers, inject: restartNodes },
  { id: 'C4', what: 'the primary of PostgreSQL is killed permanently, its synchronous standby promoted', ...onReplicas, inject: losePrimary },
  {
    id: 'C5',
    what: 'the synchronous standby of PostgreSQL is killed: commits wait for it',
    ...onReplicas,
    inject: (context) => killReplica(context, context.system.replicas!.standby),
  },
  { id: 'C6', what: 'the standby is killed, a moment later the primary permanently; the standby is promoted', ...onReplicas, inject: loseStandbyThenPrimary },
);
