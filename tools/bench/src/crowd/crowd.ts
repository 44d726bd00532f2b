import { Child } from '../child';
import { sum } from '../statistics';
import type { Arrivals, CrowdJobs } from './crowd-process';
import type { Transport } from './raw-client';

/** Below the limit on open files that many systems have. */
const CLIENTS_PER_PROCESS = 10_000;

let crowdsSoFar = 0;

/** The clients of one server, in as many processes as they need, each on a loopback address of its own: ports would run out. */
export class Crowd {
  private constructor(private readonly children: readonly Child<CrowdJobs>[], readonly clients: number) {}

  static async join(url: string, transport: Transport, clients: number, boards?: readonly (string | undefined)[]): Promise<Crowd> {
    const processes = Math.ceil(clients / CLIENTS_PER_PROCESS);
    const children = Array.from({ length: processes }, () => new Child<CrowdJobs>('crowd/crowd-process'));
    const join = (child: Child<CrowdJobs>, i: number) => {
      crowdsSoFar++;
      const localAddress = `127.0.${1 + Math.floor(crowdsSoFar / 200)}.${1 + (crowdsSoFar % 200)}`;
      return child.ask('join', Math.floor((clients + i) / processes), { port: Number(new URL(url).port), transport, localAddress }, boards);
    };
    await Promise.all(children.map(join));
    return new Crowd(children, clients);
  }

  /** Of the first process alone, as all that is asked of it. */
  get first(): Child<CrowdJobs> {
    return this.children[0]!;
  }

  async hold(score: number): Promise<Arrivals> {
    const parts = await Promise.all(this.children.map((child) => child.ask('hold', score)));
    const all: Record<number, number[]> = {};
    for (const part of parts) for (const [key, times] of Object.entries(part)) (all[Number(key)] ??= []).push(...times);
    return all;
  }

  /** The bytes that all clients received since this was last asked. */
  async received(): Promise<number> {
    return sum(await Promise.all(this.children.map((child) => child.ask('received'))));
  }

  async leave(): Promise<void> {
    await Promise.all(this.children.map((child) => child.end()));
  }
}
