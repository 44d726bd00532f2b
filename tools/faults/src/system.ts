import type { Subscribers } from './subscribers';
import type { Member } from './member';
import type { History } from './history';
import type { Allowance } from './checker';
import type { DeadLetter } from './broker';

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

/** What was done in a row, and by whom. */
export interface Observed {
  readonly history: History;
  readonly subscribers: Subscribers;
  readonly users: readonly string[];
  readonly allowance: Allowance;
  /** What the dead letters must hold. */
  readonly deadLetters: readonly DeadLetter[];
}
