import type { DeadLetter } from './broker';
import type { Allowance } from './checker';
import type { Cluster } from './cluster';
import type { History } from './history';
import type { Member } from './member';
import type { Random } from './random';
import type { StandaloneSystem } from './standalone-system';
import type { Subscribers } from './subscribers';

/** What a system of either kind is to those who load and check it. */
export interface System {
  readonly apis: readonly Member[];
  readonly gateways: readonly Member[];
  readonly members: readonly Member[];
  readonly unexpectedExits: string[];
  /** Starts what does not run. */
  startRoles(): Promise<void>;
  saveLogs(folder: string): void;
  stop(): Promise<void>;
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
}

interface AnyFault<Kind extends string, On> {
  readonly on: Kind;
  readonly id: string;
  /** The fault, in a few words. */
  readonly what: string;
  /** Every update must be answered within 2.5 s while the fault lasts. */
  readonly isBrokerFault?: boolean;
  /** Settings for roles that must be started anew for this fault. */
  readonly settings?: NodeJS.ProcessEnv;
  /** Its data lies on a disk of this many MiB. */
  readonly diskMiB?: number;
  /** RabbitMQ and PostgreSQL have replicas, see `Cluster`. */
  readonly isClustered?: boolean;
  /** What it leaves behind would burden the faults after it: it gets a system of its own. */
  readonly isAlone?: boolean;
  /** Actions in a second; default 150. */
  readonly rate?: number;
  /** Why it cannot be injected on this machine. */
  skip?(options: { readonly earlier: string }): string | undefined;
  /** Done before the load begins. */
  prepare?(options: { readonly earlier: string }): Promise<unknown>;
  /** Hurts, holds and heals; what it resolves with is noted beside the verdict. */
  inject(context: FaultContext<On>): Promise<string | void>;
}

/** One fault. */
export type Fault = AnyFault<'distributed', Cluster> | AnyFault<'standalone', StandaloneSystem>;

export type ClusterContext = FaultContext<Cluster>;

/** Faults of the distributed system. */
export const distributed = (...faults: readonly Omit<AnyFault<'distributed', Cluster>, 'on'>[]): Fault[] => faults.map((fault) => ({ on: 'distributed', ...fault }));

export const standalone = (...faults: readonly Omit<AnyFault<'standalone', StandaloneSystem>, 'on'>[]): Fault[] => faults.map((fault) => ({ on: 'standalone', ...fault }));
