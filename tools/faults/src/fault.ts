import { setTimeout as delay } from 'node:timers/promises';
import type { PrivateServer } from '@scoreboard/harness';
import type { DeadLetter } from '../../driver/src/broker';
import { type Allowance, lost } from './checker';
import type { Cluster } from './cluster';
import type { Entry, History } from './history';
import type { Member } from './member';
import type { Random } from './random';
import { readLedger } from './snapshots';
import type { StandaloneSystem } from './standalone-system';
import type { Subscribers } from './subscribers';

/** What a system of either kind is to those who load and check it. */
export interface System {
  readonly apis: readonly Member[];
  readonly gateways: readonly Member[];
  readonly members: readonly Member[];
  /** What runs beside the roles, by name. */
  readonly servers: Readonly<Record<string, Pick<PrivateServer, 'log'>>>;
  stop(): Promise<void>;
  /** The first invariant that does not hold yet; cheap enough to be asked again and again. */
  check(context: FaultContext<unknown>): Promise<string | undefined>;
  /** What can be asked once only, when all else holds. */
  conclude(context: FaultContext<unknown>): Promise<string | undefined>;
}

/** What a fault acts on, and what the checkers look at: what was done, what was seen, and what the fault itself has caused. */
export interface FaultContext<On> {
  readonly system: On;
  readonly random: Random;
  /** For faults that send something themselves, or that find by themselves that something is wrong. */
  readonly history: History;
  readonly subscribers: Subscribers;
  readonly users: readonly string[];
  readonly allowance: { -readonly [Name in keyof Allowance]: Allowance[Name] };
  /** What the dead letters must hold in the end, in any order; each may come more than once. */
  readonly deadLetters: DeadLetter[];
  /** The older version that runs beside this one. */
  readonly earlier: string;
  /** How long the fault lasts, in milliseconds. */
  readonly faultMs: number;
  /** Waits for that time, or a share of it, while the load goes on. */
  hold(share?: number): Promise<void>;
  /** Does something again and again, once at least, for that time or another; resolves with how often. */
  repeat(step: (turn: number) => Promise<unknown>, forMs?: number): Promise<number>;
  /** Pauses the load; resolves when no update is under way or unknown, with what ends the pause. */
  rest(): Promise<() => void>;
}

/** What a fault may need or bring beside. */
export interface More {
  /** Every update must be answered within 2.5 s while the fault lasts. */
  readonly isBrokerFault?: boolean;
  /** The data that may not be lost lies on a disk of this many MiB. */
  readonly diskMiB?: number;
  /** RabbitMQ has three nodes and PostgreSQL a synchronous standby. */
  readonly isClustered?: boolean;
  /** What it leaves behind would burden the faults after it: it gets a system of its own. */
  readonly isAlone?: boolean;
  /** Actions in a second; default 150. */
  readonly rate?: number;
  /** Why it cannot be injected on this machine. */
  skip?(options: { readonly earlier: string }): string | undefined;
  /** Done before the load begins. */
  prepare?(options: { readonly earlier: string }): Promise<unknown>;
}

/** Hurts, holds and heals; what it resolves with is noted beside the verdict. */
type Inject<On> = (context: FaultContext<On>) => Promise<string | void>;

/** One fault; `what` is the fault in a few words. */
export type Fault = More & { readonly id: string; readonly what: string } & (
  | { readonly on: 'distributed'; readonly inject: Inject<Cluster> }
  | { readonly on: 'standalone'; readonly inject: Inject<StandaloneSystem> }
);

export type ClusterContext = FaultContext<Cluster>;

export const distributed = (id: string, what: string, inject: Inject<Cluster>, more: More = {}): Fault => ({ on: 'distributed', id, what, inject, ...more });

export const standalone = (id: string, what: string, inject: Inject<StandaloneSystem>, more: More = {}): Fault => ({ on: 'standalone', id, what, inject, ...more });

/** A server or a role. */
type Killable = Pick<Member | PrivateServer, 'kill' | 'start'>;

/** Kills it, and starts it again after a share of the fault's time. */
export async function killOnce({ hold }: FaultContext<unknown>, victim: Killable, share = 1): Promise<void> {
  await victim.kill();
  await hold(share);
  await victim.start();
}

/** Kills any of these again and again, with a pause (ms) from `from` to `to` after each start. */
export async function killInLoop({ random, repeat }: FaultContext<unknown>, victims: readonly Killable[], [from, to]: readonly [number, number], forMs?: number): Promise<string> {
  const kills = await repeat(async () => {
    const victim = random.pick(victims);
    await victim.kill();
    await victim.start();
    await delay(random.whole(from, to));
  }, forMs);
  return `${kills} kills`;
}

/** For its time, or a share of it, these have this fault. */
export async function withFault({ hold }: ClusterContext, members: readonly Member[], faults: NodeJS.ProcessEnv, share = 1): Promise<void> {
  for (const member of members) await member.restart(faults);
  await hold(share);
  for (const member of members) await member.restart();
}

export const lostSoFar = async ({ system, users, history }: ClusterContext): Promise<readonly Entry[]> => lost(await readLedger(system.postgres.url, users), history);
