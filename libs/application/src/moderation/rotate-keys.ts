import { AuditLog } from './audit-log';
import { actOf, type Operator, type Progress } from './operator';
import { SealedRecords, type Rotation } from './field-cipher';

/** Seals anew what older keys have sealed, by an operator's order. Broken off and begun again it goes on where it was. */
export class RotateKeys {
  constructor(
    private readonly records: SealedRecords,
    private readonly audit: AuditLog,
  ) {}

  async execute(operator: Operator, progress?: Progress): Promise<Rotation> {
    await this.audit.append(actOf(operator, 'keys.rotate', { details: { to: this.records.currentKey } }));
    return this.records.rotate((count) => progress?.(count, 'sealed anew'));
  }
}
