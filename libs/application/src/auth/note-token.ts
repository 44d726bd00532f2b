import type { ActionGrant } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator } from '../audit/operator';

/** A token that an operator has signed. */
export interface SignedToken {
  readonly subject: string;
  readonly grant: readonly string[] | ActionGrant;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Records a token in the audit log, before it is shown. */
export class NoteToken {
  constructor(private readonly audit: AuditLog) {}

  async execute(operator: Operator, { subject, grant, expiresIn }: SignedToken): Promise<void> {
    const what = 'action' in grant ? { action: grant.action, maxIncrement: grant.maxIncrement } : { scopes: grant };
    await this.audit.append(actOf(operator, 'token.sign', { target: subject, details: { ...what, expiresIn } }));
  }
}
