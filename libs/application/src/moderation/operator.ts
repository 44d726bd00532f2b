import type { AuditEntry } from './audit-log';

/** The person at the console. The audit trail has both: a name is what somebody says, the console is where it was said. */
export interface Operator {
  /** As given to the command, else the system's user. */
  readonly name: string;
  /** The system's user and the machine, such as `root@db1`. */
  readonly console: string;
}

/** An operator's act as an entry of the audit trail. */
export const actOf = ({ name, console }: Operator, act: string, { details, ...what }: Pick<AuditEntry, 'target' | 'details'> = {}): AuditEntry => ({
  act,
  actor: name,
  ...what,
  details: { ...details, console },
});

/** Hears how far something long is: `done` of what `unit` names, such as `standings`. */
export type Progress = (done: number, unit: string) => void;
