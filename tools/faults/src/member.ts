import { join } from 'node:path';
import { COLLECTS_AT_SIGNAL, projectRoot, StartFailed, type RoleName, type RoleProcess, type ServerName, startRole, until } from '@scoreboard/harness';
import { SETTINGS } from '../../driver/src/client';
import type { TcpProxy } from './tcp-proxy';

const ENDS_WITHIN_MS = 30_000;
const KILLED = 137;

const URL_OF: Record<ServerName, string> = { postgres: 'DATABASE_URL', redis: 'REDIS_URL', rabbitmq: 'RABBITMQ_URL' };

/** A role asks for every URL, a gateway too, which speaks to Redis alone. */
const NOBODY = { DATABASE_URL: 'postgres://nobody', RABBITMQ_URL: 'amqp://nobody' };

/** One process of a role, under one address for all its lives, with a proxy of its own on the way to every server, and one in front where clients come. */
export class Member {
  readonly proxies: Partial<Record<ServerName | 'clients', TcpProxy>> = {};
  /** What it did that nobody asked for: ended by itself, or not at SIGTERM. */
  readonly unexpectedExits: string[] = [];
  private readonly lives: RoleProcess[] = [];
  private running?: RoleProcess;
  private isMeantToEnd = false;

  constructor(readonly kind: RoleName, readonly name: string, private readonly port: number, private readonly settings: NodeJS.ProcessEnv = {}) {}

  /** Where its clients go. */
  get url(): string {
    return `http://127.0.0.1:${this.proxies.clients?.port ?? this.port}`;
  }

  /** 0 while it does not run. */
  get pid(): number {
    return this.running?.pid ?? 0;
  }

  /** `faults` are settings of the fault points; where one kills it before it is ready, it has been started and ended. A build of another version, in `project`, has none. */
  async start(faults: NodeJS.ProcessEnv = {}, project?: string): Promise<void> {
    if (this.running) return;
    const { clients: _, ...servers } = this.proxies;
    const urls = Object.fromEntries(Object.entries(servers).map(([server, proxy]) => [URL_OF[server as ServerName], proxy.url]));
    const preload = project ? [] : ['--require', join(projectRoot(), 'dist/tools/faults/src/fault-points.js')];
    const env = { ...SETTINGS, LOG_LEVEL: 'info', ...(this.kind === 'gateway' ? NOBODY : {}), ...this.settings, ...urls, ...faults, PORT: `${this.port}` };
    const role = await startRole(this.kind, env, { nodeArgs: [...COLLECTS_AT_SIGNAL, ...preload], project }).catch((error: unknown) => {
      if (!(error instanceof StartFailed) || error.exitCode !== KILLED) throw error;
    });
    if (!role) return;
    this.lives.push((this.running = role));
    this.isMeantToEnd = false;
    void role.exited.then((code) => {
      if (!this.isMeantToEnd) this.unexpectedExits.push(`${this.name} ended by itself with code ${code}`);
      this.running = undefined;
    });
  }

  async restart(faults?: NodeJS.ProcessEnv, project?: string): Promise<void> {
    await this.stop();
    await this.start(faults, project);
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
    if (code !== 0) this.unexpectedExits.push(`${this.name} did not exit 0 at SIGTERM: ${code}`);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.running) process.kill(this.pid, signal);
  }

  /** From now on it may end by itself; resolves when it did, throws when it does not. */
  async mayEnd(): Promise<void> {
    this.isMeantToEnd = true;
    await until(`${this.name} comes to its fault point`, ENDS_WITHIN_MS, () => !this.running);
  }

  /** Everything it wrote, over all its lives. */
  log(): string {
    return this.lives.map((role) => role.output()).join('\n--- ended\n');
  }
}
