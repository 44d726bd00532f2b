import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type PrivateServer, projectRoot, type RabbitmqServer, type RoleProcess, startRole, startServers } from '@scoreboard/harness';
import { SECRET } from './client';
import { TcpProxy } from './tcp-proxy';

export type RoleKind = 'api' | 'worker' | 'gateway';
export type ServerKind = 'postgres' | 'redis' | 'rabbitmq';

const EDGES: Record<RoleKind, readonly ServerKind[]> = { api: ['postgres', 'redis', 'rabbitmq'], worker: ['postgres', 'redis', 'rabbitmq'], gateway: ['redis'] };
const URL_OF: Record<ServerKind, string> = { postgres: 'DATABASE_URL', redis: 'REDIS_URL', rabbitmq: 'RABBITMQ_URL' };

const SETTINGS = { JWT_SECRET: SECRET, RATE_LIMIT_WRITES: '0', RATE_LIMIT_READS: '0', MAX_SCORE_INCREMENT: '1000000000000', LOG_LEVEL: 'info' };

/** One process of a role, under one address for all its lives, with a proxy of its own on the way to every server. */
export class Member {
  readonly proxies: Partial<Record<ServerKind, TcpProxy>> = {};
  readonly url: string;
  /** Everything it wrote, over all its lives. */
  private written = '';
  private running?: RoleProcess;
  private isMeantToEnd = false;

  constructor(
    readonly kind: RoleKind,
    readonly name: string,
    private readonly port: number,
    private readonly settings: NodeJS.ProcessEnv,
    private readonly onUnmeantEnd: (what: string) => void,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** 0 while it does not run. */
  get pid(): number {
    return this.running?.pid ?? 0;
  }

  /** `faults` are settings of the fault points. */
  async start(faults: NodeJS.ProcessEnv = {}): Promise<void> {
    if (this.running) return;
    const urls = Object.fromEntries(Object.entries(this.proxies).map(([server, proxy]) => [URL_OF[server as ServerKind], proxy.url]));
    const preload = join(projectRoot(), 'dist/faults/src/fault-points.js');
    const env = { ...SETTINGS, ...this.settings, ...urls, ...faults, PORT: `${this.port}` };
    // A gateway names servers that it never speaks to.
    const role = await startRole(this.kind, { DATABASE_URL: 'postgres://nowhere', RABBITMQ_URL: 'amqp://nowhere', ...env }, { nodeArgs: ['--expose-gc', '--require', preload], readyWithinMs: 60_000 });
    this.running = role;
    this.isMeantToEnd = false;
    void role.exited.then((code) => this.ended(role, code));
  }

  async kill(): Promise<void> {
    this.isMeantToEnd = true;
    await this.running?.kill();
  }

  /** SIGTERM; a role that does not exit 0 by itself is noted as an unmeant end. */
  async stop(): Promise<void> {
    const role = this.running;
    if (!role) return;
    this.isMeantToEnd = true;
    const code = await role.stop().catch((error: Error) => error.message);
    if (code !== 0) this.onUnmeantEnd(`${this.name} did not exit 0 at SIGTERM: ${code}`);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void {
    if (this.running) process.kill(this.pid, signal);
  }

  /** From now on it may end by itself; resolves with when it did. */
  async mayEnd(): Promise<void> {
    this.isMeantToEnd = true;
    await this.running?.exited;
  }

  log(): string {
    return this.written + (this.running?.output() ?? '');
  }

  private ended(role: RoleProcess, code: number): void {
    if (!this.isMeantToEnd) this.onUnmeantEnd(`${this.name} ended by itself with code ${code}`);
    if (this.running !== role) return;
    this.written += `${role.output()}\n--- ended with code ${code}\n`;
    this.running = undefined;
  }
}

/** Private servers and two of every role, which live as long as this process. */
export class Arena {
  /** Processes that ended although nobody ended them, since the last `clear`. */
  readonly unmeantEnds: string[] = [];
  readonly members: readonly Member[];

  private constructor(
    readonly postgres: PrivateServer,
    readonly redis: PrivateServer,
    readonly rabbitmq: RabbitmqServer,
    places: readonly { readonly kind: RoleKind; readonly name: string; readonly port: number }[],
    settings: NodeJS.ProcessEnv,
  ) {
    this.members = places.map(({ kind, name, port }) => new Member(kind, name, port, settings, (what) => this.unmeantEnds.push(what)));
  }

  static async start(settings: NodeJS.ProcessEnv = {}): Promise<Arena> {
    const { postgres, redis, rabbitmq, missing } = await startServers(undefined, {});
    if (!postgres || !redis || !rabbitmq) throw new Error(Object.values(missing).join('; '));
    const names = (Object.keys(EDGES) as RoleKind[]).flatMap((kind) => [1, 2].map((i) => ({ kind, name: `${kind}-${i}` })));
    const places = await Promise.all(names.map(async (place) => ({ ...place, port: await freePort() })));
    const arena = new Arena(postgres, redis, rabbitmq, places, settings);
    for (const member of arena.members) {
      for (const server of EDGES[member.kind]) member.proxies[server] = await TcpProxy.start(arena[server].url);
    }
    // The first worker alone fills the leaderboard: a gateway is ready when there is a board.
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

  /** The proxies between a kind of role and a server. */
  edges(server: ServerKind, kinds: readonly RoleKind[] = ['api', 'worker', 'gateway']): readonly TcpProxy[] {
    return this.members.filter(({ kind }) => kinds.includes(kind)).flatMap(({ proxies }) => proxies[server] ?? []);
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
    await Promise.all(this.members.map((member) => member.kill()));
    await Promise.all([this.postgres.kill(), this.redis.kill(), this.rabbitmq.kill()]);
    this.edges('postgres').concat(this.edges('redis'), this.edges('rabbitmq')).forEach((proxy) => proxy.stop());
  }

  private of(kind: RoleKind): readonly Member[] {
    return this.members.filter((member) => member.kind === kind);
  }
}
