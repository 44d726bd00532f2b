import { assertMayModerate, Refusal } from '@scoreboard/domain';
import type { AuditEntry } from './audit-log';
import type { Moderator } from './moderator';

/** The person at the console. The audit log stores both fields: the name is a claim, the console shows where it was made. */
export interface Operator {
  /** As given on the command line; default: the system user. */
  readonly name: string;
  /** System user and machine, such as `root@db1`. */
  readonly console: string;
}

/** Who runs an act of the operator: at the console, or by REST with a token of scope `scores:admin`. */
export type Actor = Operator | Moderator;

/** Refuses a token without `scores:admin`. A person at the console holds the keys of the servers anyway. */
export function assertMayOperate(actor: Actor): void {
  if ('identity' in actor) assertMayModerate(actor.identity);
}

/** The audit entry for an operator's action. Only entries of the console have `console` in `details`. */
export function actOf(actor: Actor, act: string, { details, ...what }: Pick<AuditEntry, 'target' | 'details'> = {}): AuditEntry {
  if ('identity' in actor) return { act, actor: actor.identity.subject, ...what, ...(details && { details }), address: actor.address };
  return { act, actor: actor.name, ...what, details: { ...details, console: actor.console } };
}

/** Called with the progress of a long operation: `done` is a number of `unit`, such as `standings`, of about `total` if that is known. */
export type Progress = (done: number, unit: string, total?: number) => void;

/** Throws `count-changed` if another number would be dropped than the operator has confirmed. */
export function assertExpected(expected: number, found: number): void {
  if (found !== expected) throw new Refusal('count-changed', { detail: `expected is ${expected}, but it would be ${found} now. Nothing was dropped.` });
}
