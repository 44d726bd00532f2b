import type { FastifyInstance } from 'fastify';

/** A server or state that this process leans on. */
export interface HealthCheck {
  readonly name: string;
  isUp(): boolean | Promise<boolean>;
  /** Without it this process cannot serve at all and should get no traffic; otherwise it serves on, degraded. */
  readonly isVital?: boolean;
}

export interface HealthReport {
  readonly status: 'ready' | 'degraded' | 'starting' | 'draining' | 'unready';
  /** Names of what is away. */
  readonly degraded?: readonly string[];
}

/** Whether this process should get traffic. A server that every replica shares is no reason to take one out. */
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

  /** What this process leans on, by name, and whether it is up now. */
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

/** Lets clients that stay connected go elsewhere while this process drains. */
export function closeConnectionsWhileDraining(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (readiness.isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
}
