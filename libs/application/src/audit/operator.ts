import type { AuditEntry } from './audit-log';

/** The person at the console. The audit log stores both fields: the name is a claim, the console shows where it was made. */
export interface Operator {
  /** As given on the command line; default: the system user. */
  readonly name: string;
  /** System user and machine, such as `root@db1`. */
  readonly console: string;
}

/** The audit entry for an operator's action. */
export const actOf = ({ name, console }: Operator, act: string, { details, ...what }: Pick<AuditEntry, 'target' | 'details'> = {}): AuditEntry => ({
  act,
  actor: name,
  ...what,
  details: { ...details, console },
});

/** Called with the progress of a long operation: `done` is a number of `unit`, such as `standings`, of about `total` if that is known. */
export type Progress = (done: number, unit: string, total?: number) => void;
