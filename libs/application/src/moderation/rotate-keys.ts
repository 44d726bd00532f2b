import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator, type Progress } from '../audit/operator';
import { SealedRecords, type Rotation } from './field-cipher';

/** Re-encrypts records that use older keys, for an operator. After an interruption, run it again to continue. */
export class RotateKeys {
  constructor(
    private readonly records: SealedRecords,
    private readonly audit: AuditLog,
  ) {}

  async execute(operator: Operator, progress?: Progress): Promise<Rotation> {
    await this.audit.append(actOf(operator, 'keys.rotate', { details: { to: this.records.currentKey } }));
    return this.records.rotate((count) => progress?.(count, 'entries re-encrypted'));
  }
}
