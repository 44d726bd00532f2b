import type { ServerName } from '@scoreboard/harness';
import type { RoleKind } from '../cluster';
import { type ClusterContext, distributed, type More } from '../fault';
import type { TcpProxy } from '../tcp-proxy';

/** Between roles of these kinds and a server, or their clients. */
type Edge = Pick<More, 'isBrokerFault'> & Readonly<{ id: string; between: string; server: ServerName | 'clients'; kinds?: readonly RoleKind[] }>;

const EDGES: readonly Edge[] = [
  { id: 'client-api', between: 'clients and the apis', server: 'clients', kinds: ['api'] },
  { id: 'client-gateway', between: 'clients and the gateways', server: 'clients', kinds: ['gateway'] },
  { id: 'api-rabbitmq', between: 'the apis and rabbitmq', server: 'rabbitmq', kinds: ['api'], isBrokerFault: true },
  { id: 'worker-rabbitmq', between: 'the workers and rabbitmq', server: 'rabbitmq', kinds: ['worker'] },
  { id: 'api-postgres', between: 'the apis and postgres', server: 'postgres', kinds: ['api'] },
  { id: 'worker-postgres', between: 'the workers and postgres', server: 'postgres', kinds: ['worker'] },
  { id: 'redis', between: 'every role and redis', server: 'redis' },
];

/** What else than resets can happen on an edge until it is healed; `more` replaces the edge's. */
const WEATHERS: readonly Readonly<{ id: string; what: string; begin(proxy: TcpProxy): void; more?: More }>[] = [
  { id: 'refuse', what: 'connections refused', begin: (proxy) => proxy.refuse() },
  { id: 'silence', what: 'silence both ways', begin: (proxy) => proxy.silence('up', 'down') },
  { id: 'latency', what: '300 ms', begin: (proxy) => void (proxy.conditions = { latencyMs: 300 }) },
  { id: 'bytes', what: 'single bytes', begin: (proxy) => void (proxy.conditions = { isSlicing: true }), more: { rate: 40 } },
];

async function hurt({ hold }: ClusterContext, proxies: readonly TcpProxy[], begin: (proxy: TcpProxy) => void): Promise<void> {
  proxies.forEach(begin);
  await hold();
  await Promise.all(proxies.map((proxy) => proxy.heal()));
}

const rowsOf = ({ id: on, between, server, kinds, isBrokerFault }: Edge) => [
  distributed(`F14-cut-${on}`, `resets between ${between}`, async ({ system, random, hold, repeat }) => {
    const times = await repeat(async () => {
      system.edges(server, kinds).forEach((proxy) => proxy.cut());
      await hold(random.next() * 0.3);
    });
    return `${times} times`;
  }, { isBrokerFault }),
  ...WEATHERS.map(({ id, what, begin, more = { isBrokerFault } }) =>
    distributed(`F14-${id}-${on}`, `${what} between ${between}`, (context) => hurt(context, context.system.edges(server, kinds), begin), more)),
];

export const networkFaults = [
  ...EDGES.flatMap(rowsOf),
  distributed('F30', 'one gateway is cut off from Redis, its clients stay', (context) => hurt(context, [context.system.gateways[1]!.proxies.redis!], (proxy) => proxy.silence('up', 'down'))),
];
