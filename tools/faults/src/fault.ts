import type { Cluster } from './cluster';
import type { DeadLetter } from './broker';
import type { Random } from './random';
import type { History } from './history';
import type { Allowance } from './checker';
import type { StandaloneSystem } from './standalone-system';

/** What a fault acts on: what it may break, and what it must tell the checkers of its own doing. */
export interface FaultContext<System> {
  readonly system: System;
  readonly random: Random;
  /** For faults that send something themselves, or that find by themselves that something is wrong. */
  readonly history: History;
  readonly users: readonly string[];
  readonly allowance: { -readonly [Name in keyof Allowance]: Allowance[Name] };
  /** What the dead letters must hold in the end, in any order; each may come more than once. */
  readonly deadLetters: DeadLetter[];
  /** The older version that plays beside this one. */
  readonly earlier: string;
  /** How long the fault lasts, in milliseconds. */
  readonly faultMs: number;
  /** Waits for that time, or a share of it, while the load goes on. */
  hold(share?: number): Promise<void>;
}

interface AnyFault<Kind extends string, System> {
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
  /** It plays on replicas, see `Cluster`. */
  readonly isClustered?: boolean;
  /** What it leaves behind would burden the faults after it: it gets a system of its own. */
  readonly isAlone?: boolean;
  /** Actions in a second; default 150. */
  readonly rate?: number;
  /** Why this machine cannot play it. */
  skip?(options: { readonly earlier: string }): string | undefined;
  /** Done before the load begins. */
  prepare?(options: { readonly earlier: string }): Promise<unknown>;
  /** Hurts, holds and heals; what it resolves with is noted beside the verdict. */
  inject(context: FaultContext<System>): Promise<string | void>;
}

/** One fault. */
export type Fault = AnyFault<'distributed', Cluster> | AnyFault<'standalone', StandaloneSystem>;

export type ClusterContext = FaultContext<Cluster>;

/** Faults of the distributed system. */
export const distributed = (...faults: readonly Omit<AnyFault<'distributed', Cluster>, 'on'>[]): Fault[] => faults.map((fault) => ({ on: 'distributed', ...fault }));

export const standalone = (...faults: readonly Omit<AnyFault<'standalone', StandaloneSystem>, 'on'>[]): Fault[] => faults.map((fault) => ({ on: 'standalone', ...fault }));
