import type { ChildProcess } from 'node:child_process';
import { ask, start } from '../child';
import type { Transport } from '../raw-client';
import type { Arrivals, CrowdJob } from './crowd-process';

/** Below the limit on open files that many systems have. */
const CLIENTS_PER_PROCESS = 10_000;

let crowdsSoFar = 0;

/** The clients of one server, in as many processes as they need, each on a loopback address of its own: ports would run out. */
export class Crowd {
  private constructor(
    private readonly children: readonly ChildProcess[],
    readonly clients: number,
  ) {}

  static async join(url: string, transport: Transport, clients: number): Promise<Crowd> {
    const processes = Math.ceil(clients / CLIENTS_PER_PROCESS);
    const sizes = Array.from({ length: processes }, (_, i) => Math.floor((clients + i) / processes));
    const crowd = new Crowd(sizes.map(() => start('crowd/crowd-process')), clients);
    await crowd.all((i) => {
      crowdsSoFar++;
      const localAddress = `127.0.${1 + Math.floor(crowdsSoFar / 200)}.${1 + (crowdsSoFar % 200)}`;
      return { do: 'join', clients: sizes[i]!, target: { port: Number(new URL(url).port), transport, localAddress } };
    });
    return crowd;
  }

  async hold(score: number): Promise<Arrivals> {
    const parts = await this.all<Arrivals>(() => ({ do: 'hold', score }));
    const all: Record<number, number[]> = {};
    for (const part of parts) for (const [key, times] of Object.entries(part)) (all[Number(key)] ??= []).push(...times);
    return all;
  }

  /** Of the first process alone, as all that follow. */
  stare(clients: number): Promise<unknown> {
    return this.tell(this.children[0]!, { do: 'stare', clients });
  }

  cut(clients: number, score: number): Promise<readonly number[]> {
    return this.tell(this.children[0]!, { do: 'cut', clients, score });
  }

  churn(perSecond: number, seconds: number): Promise<number> {
    return this.tell(this.children[0]!, { do: 'churn', perSecond, seconds });
  }

  async leave(who: 'starers' | 'all'): Promise<void> {
    await this.all(() => ({ do: 'leave', who }));
    if (who === 'all') for (const child of this.children) child.disconnect();
  }

  private all<Answer>(job: (i: number) => CrowdJob): Promise<Answer[]> {
    return Promise.all(this.children.map((child, i) => this.tell<Answer>(child, job(i))));
  }

  private async tell<Answer>(child: ChildProcess, job: CrowdJob): Promise<Answer> {
    const { answer, error } = await ask<{ answer: Answer; error?: string }>(child, job);
    if (error) throw new Error(error);
    return answer;
  }
}
