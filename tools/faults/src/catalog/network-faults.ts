import type { ServerName } from '@scoreboard/harness';
import type { RoleKind } from '../cluster';
import { type ClusterContext, distributed, type More } from '../fault';
import type { TcpProxy } from '../tcp-proxy';

/** Between roles of these kinds and a server, or their clients. */
interface Edge extends Pick<More, 'isBrokerFault'> {
  readonly id: string;
  readonly between: string;
  readonly server: ServerName | 'clients';
  readonly kinds?: readonly RoleKind[];
}

const EDGES: readonly Edge[] = [
  { id: 'client-api', between: 'clients and the apis', server: 'clients', kinds: ['api'] },
  { id: 'client-gateway', between: 'clients and the gateways', server: 'clients', kinds: ['gateway'] },
  { id: 'api-rabbitmq', between: 'the apis and rabbitmq', server: 'rabbitmq', kinds: ['api'], isBrokerFault: true },
  { id: 'worker-rabbitmq', between: 'the workers and rabbitmq', server: 'rabbitmq', kinds: ['worker'] },
  { id: 'api-postgres', between: 'the apis and postgres', server: 'postgres', kinds: ['api'] },
  { id: 'worker-postgres', between: 'the workers and postgres', server: 'postgres', kinds: ['worker'] },
  { id: 'redis', between: 'every role and redis', server: 'redis' },
];

interface Weather {
  readonly id: string;
  readonly what: string;
  begin(proxy: TcpProxy): void;
  /** Instead of what the edge brings. */
  readonly more?: More;
}

/** What else than resets can happen on an edge until it is healed. */
const WEATHERS: readonly Weather[] = [
  { id: 'refuse', what: 'connections refused', begin: (proxy) => proxy.refuse() },
  { id: 'silence', what: 'silence both ways', begin: (proxy) => proxy.silence('up', 'down') },
  { id: 'latency', what: '300 ms', begin: (proxy) => proxy.delay(300) },
  { id: 'bytes', what: 'single bytes', begin: (proxy) => proxy.slice(), more: { rate: 40 } },
];

async function hurt({ hold }: ClusterContext, proxies: readonly TcpProxy[], begin: (proxy: TcpProxy) => void): Promise<void> {
  proxies.forEach(begin);
  await hold();
  await Promise.all(proxies.map((proxy) => proxy.heal()));
}

/** Every connection of an edge is reset again and again. */
const cutOften = ({ system, random, hold, repeat }: ClusterContext, { server, kinds }: Edge) =>
  repeat(async () => {
    system.edges(server, kinds).forEach((proxy) => proxy.cut());
    await hold(random.next() * 0.3);
  });

const rowsOf = (edge: Edge) => {
  const { id: on, between, server, kinds, isBrokerFault } = edge;
  return [
    distributed(`F14-cut-${on}`, `resets between ${between}`, async (context) => `${await cutOften(context, edge)} times`, { isBrokerFault }),
    ...WEATHERS.map(({ id, what, begin, more = { isBrokerFault } }) =>
      distributed(`F14-${id}-${on}`, `${what} between ${between}`, (context) => hurt(context, context.system.edges(server, kinds), begin), more)),
  ];
};

export const networkFaults = [
  ...EDGES.flatMap(rowsOf),
  distributed('F30', 'one gateway is cut off from Redis, its clients stay', (context) => hurt(context, [context.system.gateways[1]!.proxies.redis!], (proxy) => proxy.silence('up', 'down'))),
];
