import type { Audience } from './audience';
import type { Member } from './member';
import type { Journal } from './journal';
import type { Allowance } from './judge';
import type { DeadLetter } from './broker-books';

/** What a ground of either kind is to those who load and judge it. */
export interface Ground {
  readonly apis: readonly Member[];
  readonly gateways: readonly Member[];
  readonly members: readonly Member[];
  readonly unmeantEnds: string[];
  /** Starts what does not run. */
  startRoles(): Promise<void>;
  saveLogs(folder: string): void;
  stop(): Promise<void>;
}

/** What was done in a row, and by whom. */
export interface Scene {
  readonly journal: Journal;
  readonly audience: Audience;
  readonly users: readonly string[];
  readonly allowance: Allowance;
  /** What the dead letters must hold. */
  readonly deadLetters: readonly DeadLetter[];
}
