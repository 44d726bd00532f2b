import type { FastifyInstance } from 'fastify';

/** A server or state that this process depends on. */
export interface HealthCheck {
  readonly name: string;
  isUp(): boolean | Promise<boolean>;
  /** True: without it, this process cannot serve and must get no traffic. Otherwise it keeps serving, degraded. */
  readonly isVital?: boolean;
}

/** What `GET /health/ready` answers. */
export interface HealthReport {
  readonly status: 'ready' | 'degraded' | 'starting' | 'draining' | 'unready';
  /** Names of the unavailable dependencies. */
  readonly degraded?: readonly string[];
}

/** Whether this process should get traffic. A shared server that is down does not make a replica unready, because all replicas would be. */
export class Readiness {
  private phase: 'starting' | 'serving' | 'draining' = 'starting';

  private readonly checks: HealthCheck[] = [];

  add(...checks: readonly HealthCheck[]): void {
    this.checks.push(...checks);
  }

  get isDraining(): boolean {
    return this.phase === 'draining';
  }

  serve(): void {
    this.phase = 'serving';
  }

  drain(): void {
    this.phase = 'draining';
  }

  /** The current state of each dependency, by name. */
  async states(): Promise<Readonly<Record<string, boolean>>> {
    return Object.fromEntries(await Promise.all(this.checks.map(async (check) => [check.name, await check.isUp()] as const)));
  }

  async report(): Promise<HealthReport> {
    if (this.phase !== 'serving') return { status: this.phase };
    const states = await this.states();
    const away = this.checks.filter(({ name }) => !states[name]);
    if (!away.length) return { status: 'ready' };
    return { status: away.some((check) => check.isVital) ? 'unready' : 'degraded', degraded: away.map((check) => check.name) };
  }
}

/** Makes clients with persistent connections reconnect elsewhere while this process drains. */
export function closeConnectionsWhileDraining(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (readiness.isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
}
