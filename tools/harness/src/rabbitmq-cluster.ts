import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, freePort } from './ports';
import { PrivateServer, startServer } from './private-server';
import { nodeName, rabbitmqNode, type RabbitmqServer } from './rabbitmq-server';
import { temporaryFolder } from './after-exit';

/** Asks the name server whom it knows; it answers with its own port first. */
const NAMES_REQUEST = Buffer.from('\0\x01n', 'latin1');

/** Nodes of one RabbitMQ, each with its own ports and data; any of them may be stopped, killed and started again. */
export class RabbitmqCluster {
  private constructor(readonly nodes: readonly RabbitmqServer[], private readonly names: PrivateServer) {}

  /** Three nodes that find each other as they do on Kubernetes, by a list; what finds itself in the minority pauses. */
  static async start(): Promise<RabbitmqCluster> {
    const home = temporaryFolder('rabbitmq-cluster');
    writeFileSync(join(home, '.erlang.cookie'), randomBytes(16).toString('hex'), { mode: 0o400 });
    // It outlives each node, so it is a process of its own.
    const names = await startServer((port) => nameServer(home, port));
    const epmdPort = portOf(names);
    const ports = [await freePort(), await freePort(), await freePort()];
    const peers = ports.map((port, i) => `cluster_formation.classic_config.nodes.${i + 1} = ${nodeName(port)}`);
    const conf = ['cluster_formation.peer_discovery_backend = classic_config', ...peers, 'cluster_partition_handling = pause_minority'];
    const nodes = await Promise.all(ports.map((port) => rabbitmqNode(port, { conf, cluster: { epmdPort, home } })));
    const cluster = new RabbitmqCluster(nodes, names);
    await nodes[0]!.start();
    await Promise.all(nodes.map((node) => node.start()));
    return cluster;
  }

  /** The URLs of all nodes, separated by commas. */
  get url(): string {
    return this.nodes.map(({ url }) => url).join(',');
  }

  /** The node that leads a quorum queue, and those that follow; all nodes must run. */
  async membersOf(queue: string): Promise<{ readonly leader: RabbitmqServer; readonly followers: readonly RabbitmqServer[] }> {
    const name = await queueColumn(this.nodes[0]!, queue, 'leader');
    const leader = this.nodes.find((node) => nodeName(portOf(node)) === name);
    if (!leader) throw new Error(`no node leads ${queue}: ${name}`);
    return { leader, followers: this.nodes.filter((node) => node !== leader) };
  }

  async kill(): Promise<void> {
    await Promise.all([...this.nodes, this.names].map((each) => each.kill()));
  }
}

/** What `rabbitmqctl list_queues` tells of a queue in this column; undefined where there is no such queue. */
export async function queueColumn(node: RabbitmqServer, queue: string, column: string): Promise<string | undefined> {
  const queues = await node.ctl('-q', '--no-table-headers', 'list_queues', 'name', column);
  return queues.split('\n').find((line) => line.startsWith(`${queue}\t`))?.split('\t')[1];
}

const portOf = ({ url }: PrivateServer): number => Number(new URL(url).port);

/** Of Erlang nodes. */
function nameServer(folder: string, port: number): PrivateServer {
  const ownPort = Buffer.alloc(4);
  ownPort.writeUInt32BE(port);
  return new PrivateServer({
    ...{ name: 'epmd', url: `epmd://127.0.0.1:${port}`, command: 'epmd', args: ['-address', '127.0.0.1', '-port', `${port}`], folder },
    isUp: () => answers(port, NAMES_REQUEST, ownPort),
  });
}
