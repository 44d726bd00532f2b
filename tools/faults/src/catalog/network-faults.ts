import type { Cluster } from '../cluster';
import { distributed, type ClusterContext, type More } from '../fault';
import type { TcpProxy } from '../tcp-proxy';

interface Edge {
  readonly id: string;
  /** Between whom it is. */
  readonly between: string;
  proxies(system: Cluster): readonly TcpProxy[];
  /** As `isBrokerFault` of a fault. */
  readonly isBrokerFault?: boolean;
}

const EDGES: readonly Edge[] = [
  { id: 'client-api', between: 'clients and the apis', proxies: (system) => system.edges('clients', ['api']) },
  { id: 'client-gateway', between: 'clients and the gateways', proxies: (system) => system.edges('clients', ['gateway']) },
  { id: 'api-rabbitmq', between: 'the apis and rabbitmq', proxies: (system) => system.edges('rabbitmq', ['api']), isBrokerFault: true },
  { id: 'worker-rabbitmq', between: 'the workers and rabbitmq', proxies: (system) => system.edges('rabbitmq', ['worker']) },
  { id: 'api-postgres', between: 'the apis and postgres', proxies: (system) => system.edges('postgres', ['api']) },
  { id: 'worker-postgres', between: 'the workers and postgres', proxies: (system) => system.edges('postgres', ['worker']) },
  { id: 'redis', between: 'every role and redis', proxies: (system) => system.edges('redis') },
];

const silence = (proxy: TcpProxy) => proxy.silence('up', 'down');

async function withWeather({ system, hold }: ClusterContext, edge: Edge, weather: (proxy: TcpProxy) => void): Promise<void> {
  const proxies = edge.proxies(system);
  proxies.forEach(weather);
  await hold();
  await Promise.all(proxies.map((proxy) => proxy.heal()));
}

/** Every connection of an edge is reset again and again. */
const cutOften = ({ system, random, hold, repeat }: ClusterContext, edge: Edge) =>
  repeat(async () => {
    edge.proxies(system).forEach((proxy) => proxy.cut());
    await hold(random.next() * 0.3);
  });

function rowsOf(edge: Edge) {
  const { id, between, isBrokerFault } = edge;
  const fault = (name: string, what: string, inject: (context: ClusterContext) => Promise<string | void>, more: More = { isBrokerFault }) =>
    distributed(`F14-${name}-${id}`, `${what} between ${between}`, inject, more);
  const under = (weather: (proxy: TcpProxy) => void) => (context: ClusterContext) => withWeather(context, edge, weather);
  return [
    fault('cut', 'resets', async (context) => `${await cutOften(context, edge)} times`),
    fault('refuse', 'connections refused', under((proxy) => proxy.refuse())),
    fault('silence', 'silence both ways', under(silence)),
    fault('latency', '300 ms', under((proxy) => proxy.delay(300))),
    fault('bytes', 'single bytes', under((proxy) => proxy.slice()), { rate: 40 }),
  ];
}

const ONE_GATEWAY: Edge = { id: 'gateway-redis', between: 'one gateway and redis', proxies: (system) => [system.gateways[1]!.proxies.redis!] };

export const networkFaults = [
  ...EDGES.flatMap(rowsOf),
  distributed('F30', 'one gateway is cut off from Redis, its clients stay', (context) => withWeather(context, ONE_GATEWAY, silence)),
];
