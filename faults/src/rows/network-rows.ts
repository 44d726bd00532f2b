import type { RoleKind } from '../arena';
import type { ServerKind } from '../member';
import { distributed, type DistributedStage } from '../row';
import type { TcpProxy } from '../tcp-proxy';

const EDGES: readonly { readonly id: string; readonly kinds: readonly RoleKind[]; readonly server: ServerKind }[] = [
  { id: 'api-rabbitmq', kinds: ['api'], server: 'rabbitmq' },
  { id: 'worker-rabbitmq', kinds: ['worker'], server: 'rabbitmq' },
  { id: 'api-postgres', kinds: ['api'], server: 'postgres' },
  { id: 'worker-postgres', kinds: ['worker'], server: 'postgres' },
  { id: 'redis', kinds: ['api', 'worker', 'gateway'], server: 'redis' },
];

const nameOf = ({ kinds, server }: (typeof EDGES)[number]): string => `${kinds.length > 1 ? 'every role' : `the ${kinds[0]}s`} and ${server}`;

async function withWeather({ ground, hold }: DistributedStage, edge: (typeof EDGES)[number], weather: (proxy: TcpProxy) => void): Promise<void> {
  const proxies = ground.edges(edge.server, edge.kinds);
  proxies.forEach(weather);
  await hold();
  await Promise.all(proxies.map((proxy) => proxy.heal()));
}

/** Every connection of an edge is reset again and again. */
async function cutOften({ ground, dice, faultMs, hold }: DistributedStage, edge: (typeof EDGES)[number]): Promise<void> {
  const deadline = Date.now() + faultMs;
  while (Date.now() < deadline) {
    ground.edges(edge.server, edge.kinds).forEach((proxy) => proxy.cut());
    await hold(dice.next() * 0.3);
  }
}

const isBrokerFault = (edge: (typeof EDGES)[number]): boolean => edge.id === 'api-rabbitmq';

export const networkRows = distributed(
  ...EDGES.flatMap((edge) => [
    { id: `F14-cut-${edge.id}`, what: `resets between ${nameOf(edge)}`, isBrokerFault: isBrokerFault(edge), hurt: (stage: DistributedStage) => cutOften(stage, edge) },
    {
      id: `F14-refuse-${edge.id}`,
      what: `connections refused between ${nameOf(edge)}`,
      isBrokerFault: isBrokerFault(edge),
      hurt: (stage: DistributedStage) => withWeather(stage, edge, (proxy) => proxy.refuse()),
    },
    {
      id: `F14-silence-${edge.id}`,
      what: `silence both ways between ${nameOf(edge)}`,
      isBrokerFault: isBrokerFault(edge),
      hurt: (stage: DistributedStage) => withWeather(stage, edge, (proxy) => proxy.silence('up', 'down')),
    },
    {
      id: `F14-latency-${edge.id}`,
      what: `300 ms between ${nameOf(edge)}`,
      isBrokerFault: isBrokerFault(edge),
      hurt: (stage: DistributedStage) => withWeather(stage, edge, (proxy) => proxy.delay(300)),
    },
    {
      id: `F14-bytes-${edge.id}`,
      what: `single bytes between ${nameOf(edge)}`,
      rate: 40,
      hurt: (stage: DistributedStage) => withWeather(stage, edge, (proxy) => proxy.slice()),
    },
  ]),
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
