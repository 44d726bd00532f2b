import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type PrivateServer, type RabbitmqServer, startPostgres, startServers } from '@scoreboard/harness';
import { Member, type ServerKind } from './member';
import { type SmallDisk, smallDisk } from './small-disk';
import { TcpProxy } from './tcp-proxy';

export type RoleKind = 'api' | 'worker' | 'gateway';

const EDGES: Record<RoleKind, readonly ServerKind[]> = { api: ['postgres', 'redis', 'rabbitmq'], worker: ['postgres', 'redis', 'rabbitmq'], gateway: ['redis'] };

export interface GroundOptions {
  readonly settings?: NodeJS.ProcessEnv;
  /** The data that may not be lost lies on a disk of this many MiB. */
  readonly diskMiB?: number;
}

/** Private servers and two of every role. */
export class Arena {
  /** What ended although nobody ended it. */
  readonly unmeantEnds: string[] = [];
  readonly members: readonly Member[];

  private constructor(
    readonly postgres: PrivateServer,
    readonly redis: PrivateServer,
    readonly rabbitmq: RabbitmqServer,
    readonly disk: SmallDisk | undefined,
    places: readonly { readonly kind: RoleKind; readonly name: string; readonly port: number }[],
    settings: NodeJS.ProcessEnv,
  ) {
    this.members = places.map(({ kind, name, port }) => new Member(kind, name, port, settings, (what) => this.unmeantEnds.push(what)));
  }

  static async start({ settings = {}, diskMiB }: GroundOptions = {}): Promise<Arena> {
    const disk = diskMiB ? smallDisk(diskMiB) : undefined;
    const postgres = disk && (await disk.asTemporary(startPostgres));
    const servers = await startServers({ postgres: !postgres, redis: true, rabbitmq: true }, {});
    const { redis, rabbitmq, missing } = servers;
    const database = postgres ?? servers.postgres;
    if (!database || !redis || !rabbitmq) throw new Error(Object.values(missing).join('; '));
    const names = (Object.keys(EDGES) as RoleKind[]).flatMap((kind) => [1, 2].map((i) => ({ kind, name: `${kind}-${i}` })));
    const places = await Promise.all(names.map(async (place) => ({ ...place, port: await freePort() })));
    const arena = new Arena(database, redis, rabbitmq, disk, places, settings);
    for (const member of arena.members) {
      for (const server of EDGES[member.kind as RoleKind]) member.proxies[server] = await TcpProxy.start(arena[server].url);
      if (member.kind !== 'worker') member.front = await TcpProxy.start(member.ownUrl);
    }
    await arena.startRoles();
    return arena;
  }

  get apis(): readonly Member[] {
    return this.of('api');
  }

  get workers(): readonly Member[] {
    return this.of('worker');
  }

  get gateways(): readonly Member[] {
    return this.of('gateway');
  }

  /** The proxies between these kinds of roles and a server. */
  edges(server: ServerKind, kinds: readonly RoleKind[] = ['api', 'worker', 'gateway']): readonly TcpProxy[] {
    return kinds.flatMap((kind) => this.of(kind)).flatMap(({ proxies }) => proxies[server] ?? []);
  }

  /** The proxies between clients and these kinds of roles. */
  fronts(kind: RoleKind): readonly TcpProxy[] {
    return this.of(kind).flatMap(({ front }) => front ?? []);
  }

  /** Starts what does not run. */
  async startRoles(): Promise<void> {
    await Promise.all(this.members.map((member) => member.start()));
  }

  /** Writes what servers and roles said into a folder. */
  saveLogs(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const member of this.members) writeFileSync(join(folder, `${member.name}.log`), member.log());
    for (const server of ['postgres', 'redis', 'rabbitmq'] as const) writeFileSync(join(folder, `${server}.log`), this[server].log());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.members, this.postgres, this.redis, this.rabbitmq].map((each) => each.kill()));
    for (const { proxies, front } of this.members) [...Object.values(proxies), front].forEach((proxy) => proxy?.stop());
    this.disk?.remove();
  }

  private of(kind: RoleKind): readonly Member[] {
    return this.members.filter((member) => member.kind === kind);
  }
}
