import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { eventually, freePort, type PrivateServer, projectRoot, promote, queueColumn, RabbitmqCluster, type RabbitmqServer, type ServerName, startPostgres, startServers, startSynchronousStandby } from '@scoreboard/harness';
import { COMMANDS, takeDeadLetters, waitingIn } from '../../driver/src/broker';
import { checkDeadLetters, checkLedger, checkReads, checkRedis, ranked } from './checker';
import { type EventReceiver, startEventReceiver } from './event-receiver';
import type { FaultContext, More, System } from './fault';
import { Member } from './member';
import { type SmallDisk, smallDisk } from './small-disk';
import { type LedgerSnapshot, readLedger, readRedis } from './snapshots';
import { TcpProxy } from './tcp-proxy';

export type RoleKind = 'api' | 'worker' | 'gateway';

const READ_ONLY_MS = 1_000;
/** The broker renews what it says of a quorum queue every few seconds. */
const STATISTICS_MS = 15_000;
/** Events wait until the lease of a killed worker has expired, and for a receiver to be tried again. */
const DELIVERED_WITHIN_MS = 60_000;

const EDGES: Record<RoleKind, readonly ServerName[]> = { api: ['postgres', 'redis', 'rabbitmq'], worker: ['postgres', 'redis', 'rabbitmq'], gateway: ['redis'] };

/** Private servers and two of every role. */
export class Cluster implements System {
  readonly apis = this.of('api');
  readonly workers = this.of('worker');
  readonly gateways = this.of('gateway');

  private constructor(
    /** The one that is written to. */
    public postgres: PrivateServer,
    readonly redis: PrivateServer,
    readonly rabbitmq: RabbitmqServer,
    readonly disk: SmallDisk | undefined,
    readonly replicas: { readonly brokers: RabbitmqCluster; standby: PrivateServer } | undefined,
    readonly members: readonly Member[],
    private readonly receiver: EventReceiver,
  ) {}

  static async start({ diskMiB, isClustered = false }: More = {}): Promise<Cluster> {
    const disk = diskMiB ? smallDisk(diskMiB) : undefined;
    const postgres = disk && (await startPostgres(undefined, disk.folder));
    const servers = await startServers({ postgres: !postgres, redis: true, rabbitmq: !isClustered }, {});
    const { redis, missing } = servers;
    const brokers = isClustered ? await RabbitmqCluster.start() : undefined;
    const rabbitmq = brokers?.nodes[0] ?? servers.rabbitmq;
    const database = postgres ?? servers.postgres;
    if (!database || !redis || !rabbitmq) throw new Error(Object.values(missing).join('; '));
    const receiver = await startEventReceiver();
    const settings = { WEBHOOKS_FILE: receiver.file, BOARDS_FILE: join(projectRoot(), 'deploy/boards.json'), ...(brokers && { RABBITMQ_URL: brokers.url }) };
    const member = async (kind: RoleKind, i: number) => new Member(kind, `${kind}-${i}`, await freePort(), settings);
    const members = await Promise.all((Object.keys(EDGES) as RoleKind[]).flatMap((kind) => [member(kind, 1), member(kind, 2)]));
    const replicas = brokers && { brokers, standby: await startSynchronousStandby(database) };
    const cluster = new Cluster(database, redis, rabbitmq, disk, replicas, members, receiver);
    for (const member of cluster.members) {
      const edges = EDGES[member.kind as RoleKind].filter((server) => server !== 'rabbitmq' || !brokers); // one proxy is before one server
      for (const server of edges) member.proxies[server] = await TcpProxy.start(cluster[server].url);
      if (member.kind !== 'worker') member.proxies.clients = await TcpProxy.start(member.url);
    }
    await Promise.all(cluster.members.map((member) => member.start()));
    return cluster;
  }

  /** The proxies between these kinds of roles and a server, or their clients. */
  edges(server: ServerName | 'clients', kinds: readonly RoleKind[] = ['api', 'worker', 'gateway']): readonly TcpProxy[] {
    return kinds.flatMap((kind) => this.of(kind)).flatMap(({ proxies }) => proxies[server] ?? []);
  }

  /** The standby takes the place of a primary that is lost permanently, every role is led to it, and it gets a new synchronous standby. */
  async failOver(): Promise<void> {
    const { replicas } = this;
    if (!replicas) throw new Error('there is no standby');
    // Led there too early, roles find a server that can only be read: no message may be given up for that.
    this.edges('postgres').forEach((proxy) => proxy.lead(replicas.standby.url));
    await delay(READ_ONLY_MS);
    await promote(replicas.standby);
    this.postgres = replicas.standby;
    replicas.standby = await startSynchronousStandby(this.postgres);
  }

  get servers(): System['servers'] {
    const nodes = this.replicas?.brokers.nodes.map((node, i) => [`rabbitmq-${i + 1}`, node] as const) ?? [];
    return { postgres: this.postgres, redis: this.redis, rabbitmq: this.rabbitmq, ...Object.fromEntries(nodes) };
  }

  async stop(): Promise<void> {
    const { brokers, standby } = this.replicas ?? {};
    await Promise.all([...this.members, this.postgres, this.redis, this.rabbitmq, brokers, standby].map((each) => each?.kill()));
    for (const { proxies } of this.members) Object.values(proxies).forEach((proxy) => proxy.stop());
    this.receiver.stop();
    this.disk?.remove();
  }

  async check({ history, subscribers, users, allowance }: FaultContext<unknown>): Promise<string | undefined> {
    const waiting = await waitingIn(this.rabbitmq.url, COMMANDS);
    if (waiting) return `I9: ${waiting} messages wait in the queue`;
    const ledger = await readLedger(this.postgres.url, users);
    return checkLedger(ledger, history, allowance) ?? (await this.checkViews(ledger)) ?? subscribers.check(ranked(ledger, 10));
  }

  /** Whether Redis and every api have what the ledger has. */
  async checkViews(ledger: LedgerSnapshot): Promise<string | undefined> {
    for (const { key, order } of ledger.periods) {
      const wrong = checkRedis(await readRedis(this.redis.url, key), { order });
      if (wrong) return `${wrong}, in period ${key}`;
    }
    return checkRedis(await readRedis(this.redis.url), ledger) ?? checkReads(this.apis.map(({ url }) => url), ledger);
  }

  /** It empties the dead letters. */
  async conclude({ deadLetters, users }: FaultContext<unknown>): Promise<string | undefined> {
    let unacknowledged: string | undefined;
    const isAcknowledged = async () => (unacknowledged = await queueColumn(this.rabbitmq, COMMANDS, 'messages_unacknowledged')) === '0';
    if (!(await eventually(isAcknowledged, STATISTICS_MS, 1_000))) return `I9: ${unacknowledged} messages are not acknowledged`;
    const ledger = await readLedger(this.postgres.url, users);
    await eventually(() => this.receiver.check(ledger) === undefined, DELIVERED_WITHIN_MS, 200);
    return this.receiver.check(ledger) ?? checkDeadLetters(await takeDeadLetters(this.rabbitmq.url), deadLetters);
  }

  private of(kind: RoleKind): readonly Member[] {
    return this.members.filter((member) => member.kind === kind);
  }
}
