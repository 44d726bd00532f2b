import { randomUUID } from 'node:crypto';
import { freePort, type PrivateServer, type RoleProcess, type Servers, startRole, startServers } from '@scoreboard/harness';
import { TcpProxy } from '../../../tools/faults/src/tcp-proxy';
import { startNginx } from '../../support';
import { JWT_SECRET, token } from '../system';

/** The only user. The score shows how new a board is; all situations share the same board. */
export const MARKER = 'marker';

/** An api and a worker on real servers, for gateways that start and stop. */
export class ServedSystem {
  private constructor(
    private readonly servers: Servers,
    private readonly roles: readonly RoleProcess[],
    readonly settings: NodeJS.ProcessEnv,
  ) {}

  static async start(): Promise<ServedSystem> {
    const servers = await startServers(undefined, {});
    const { postgres, redis, rabbitmq } = servers.urls;
    const settings = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, RATE_LIMIT_WRITES: '0', LOG_LEVEL: 'warn' };
    const roles = await Promise.all([startRole('api', settings), startRole('worker', settings)]);
    return new ServedSystem(servers, roles, settings);
  }

  get redis(): PrivateServer {
    return this.servers.redis!;
  }

  /** Adds a point to the marker's score; returns the score once it is applied. */
  async raise(): Promise<number> {
    const response = await fetch(`${this.roles[0]!.url}/api/scores/update`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'authorization': `Bearer ${token(MARKER)}`, 'idempotency-key': randomUUID(), 'prefer': 'wait=10' },
      body: JSON.stringify({ userId: MARKER, scoreIncrement: 1 }),
    });
    const answer = (await response.json()) as { readonly score?: number };
    if (answer.score === undefined) throw new Error(`an update was answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer.score;
  }

  async stop(): Promise<void> {
    await Promise.all(this.roles.map((role) => role.kill()));
    await this.servers.stop();
  }
}

/** A gateway that keeps its address over restarts, with a proxy in front of it and one in front of Redis. */
export class Gateway {
  private role?: RoleProcess;

  private constructor(
    private readonly settings: NodeJS.ProcessEnv,
    readonly front: TcpProxy,
    readonly toRedis: TcpProxy,
  ) {}

  static async start(system: ServedSystem, settings: NodeJS.ProcessEnv): Promise<Gateway> {
    const port = `${await freePort()}`;
    const toRedis = await TcpProxy.start(system.redis.url);
    const front = await TcpProxy.start(`http://127.0.0.1:${port}`);
    const gateway = new Gateway({ ...system.settings, ...settings, PORT: port, REDIS_URL: toRedis.url }, front, toRedis);
    await gateway.start();
    return gateway;
  }

  get host(): string {
    return `127.0.0.1:${this.settings['PORT']}`;
  }

  async start(): Promise<void> {
    this.role = await startRole('gateway', this.settings);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.role!.pid, signal);
  }

  async kill(): Promise<void> {
    await this.role!.kill();
  }

  async restart(): Promise<void> {
    const code = await this.role!.stop();
    if (code !== 0) throw new Error(`a gateway exited with ${code}\n${this.role!.output()}`);
    await this.start();
  }

  async end(): Promise<void> {
    await this.role?.kill();
    this.front.stop();
    this.toRedis.stop();
  }
}

export interface Balancer {
  readonly front: TcpProxy;
  stop(): Promise<void>;
}

/** The shipped load balancer in front of the gateways, with a proxy in front of it. Without TLS: in Node, unlike in browsers, each poll would need a new handshake. */
export async function startBalancer(gateways: readonly Gateway[]): Promise<Balancer> {
  const nginx = await startNginx({ apis: ['127.0.0.1:9'], gateways: gateways.map(({ host }) => host) });
  const front = await TcpProxy.start(nginx.url);
  const stop = async () => {
    front.stop();
    await nginx.stop();
  };
  return { front, stop };
}
