import type { Arena, RoleKind } from '../arena';
import type { ServerKind } from '../member';
import { distributed, type DistributedStage } from '../row';
import type { TcpProxy } from '../tcp-proxy';

interface Edge {
  readonly id: string;
  /** Between whom it is. */
  readonly between: string;
  proxies(ground: Arena): readonly TcpProxy[];
  /** As `isBrokerFault` of a row. */
  readonly isBrokerFault?: boolean;
}

const edge = (id: string, between: string, kinds: readonly RoleKind[], server: ServerKind): Edge => ({
  ...{ id, between },
  proxies: (ground) => ground.edges(server, kinds),
});

const EDGES: readonly Edge[] = [
  { id: 'client-api', between: 'clients and the apis', proxies: (ground) => ground.fronts('api') },
  { id: 'client-gateway', between: 'clients and the gateways', proxies: (ground) => ground.fronts('gateway') },
  { ...edge('api-rabbitmq', 'the apis and rabbitmq', ['api'], 'rabbitmq'), isBrokerFault: true },
  edge('worker-rabbitmq', 'the workers and rabbitmq', ['worker'], 'rabbitmq'),
  edge('api-postgres', 'the apis and postgres', ['api'], 'postgres'),
  edge('worker-postgres', 'the workers and postgres', ['worker'], 'postgres'),
  edge('redis', 'every role and redis', ['api', 'worker', 'gateway'], 'redis'),
];

async function withWeather({ ground, hold }: DistributedStage, edge: Edge, weather: (proxy: TcpProxy) => void): Promise<void> {
  const proxies = edge.proxies(ground);
  proxies.forEach(weather);
  await hold();
  await Promise.all(proxies.map((proxy) => proxy.heal()));
}

/** Every connection of an edge is reset again and again. */
async function cutOften({ ground, dice, faultMs, hold }: DistributedStage, edge: Edge): Promise<void> {
  const deadline = Date.now() + faultMs;
  while (Date.now() < deadline) {
    edge.proxies(ground).forEach((proxy) => proxy.cut());
    await hold(dice.next() * 0.3);
  }
}

function rowsOf(edge: Edge) {
  const { id, between, isBrokerFault } = edge;
  const row = (name: string, what: string, hurt: (stage: DistributedStage) => Promise<void>) => ({ id: `F14-${name}-${id}`, what: `${what} between ${between}`, isBrokerFault, hurt });
  const under = (weather: (proxy: TcpProxy) => void) => (stage: DistributedStage) => withWeather(stage, edge, weather);
  return [
    row('cut', 'resets', (stage) => cutOften(stage, edge)),
    row('refuse', 'connections refused', under((proxy) => proxy.refuse())),
    row('silence', 'silence both ways', under((proxy) => proxy.silence('up', 'down'))),
    row('latency', '300 ms', under((proxy) => proxy.delay(300))),
    { ...row('bytes', 'single bytes', under((proxy) => proxy.slice())), rate: 40, isBrokerFault: false },
  ];
}

export const networkRows = distributed(
  ...EDGES.flatMap(rowsOf),
  {
    id: 'F30',
    what: 'one gateway is cut off from Redis, its clients stay',
    hurt: async ({ ground, hold }) => {
      const proxy = ground.gateways[1]!.proxies.redis!;
      proxy.silence('up', 'down');
      await hold();
      await proxy.heal();
    },
  },
);
