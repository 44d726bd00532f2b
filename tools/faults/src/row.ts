import type { Arena } from './arena';
import type { DeadLetter } from './broker-books';
import type { Dice } from './dice';
import type { Journal } from './journal';
import type { Allowance } from './judge';
import type { StandaloneGround } from './standalone-ground';

/** Where a row plays: what it may hurt, and what it must tell the judges of its own doing. */
export interface Stage<Ground> {
  readonly ground: Ground;
  readonly dice: Dice;
  /** For rows that send something themselves, or that find by themselves that something is wrong. */
  readonly journal: Journal;
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

interface AnyRow<Kind extends string, Ground> {
  readonly on: Kind;
  readonly id: string;
  /** The fault, in a few words. */
  readonly what: string;
  /** Every update must be answered within 2.5 s while the fault lasts. */
  readonly isBrokerFault?: boolean;
  /** Settings for roles that must be started anew for this row. */
  readonly settings?: NodeJS.ProcessEnv;
  /** Its data lies on a disk of this many MiB. */
  readonly diskMiB?: number;
  /** It plays on clusters, see `Arena`. */
  readonly isClustered?: boolean;
  /** What it leaves behind would burden the rows after it: it plays on a ground of its own. */
  readonly isAlone?: boolean;
  /** Actions in a second; default 150. */
  readonly rate?: number;
  /** Why this machine cannot play it. */
  skip?(options: { readonly earlier: string }): string | undefined;
  /** Done before the load begins. */
  prepare?(options: { readonly earlier: string }): Promise<unknown>;
  /** Hurts, holds and heals; what it resolves with is noted beside the verdict. */
  hurt(stage: Stage<Ground>): Promise<string | void>;
}

/** One fault. */
export type Row = AnyRow<'distributed', Arena> | AnyRow<'standalone', StandaloneGround>;

export type DistributedStage = Stage<Arena>;

/** Rows of the distributed system. */
export const distributed = (...rows: readonly Omit<AnyRow<'distributed', Arena>, 'on'>[]): Row[] => rows.map((row) => ({ on: 'distributed', ...row }));

export const standalone = (...rows: readonly Omit<AnyRow<'standalone', StandaloneGround>, 'on'>[]): Row[] => rows.map((row) => ({ on: 'standalone', ...row }));
