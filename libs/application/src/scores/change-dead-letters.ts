import type { AuditLog } from '../audit/audit-log';
import { type DeadLetter, DeadLetters } from './dead-letters';
import { type Actor, actOf, assertMayOperate } from '../audit/operator';

/** Selects dead letters and what to do with them. */
export interface DeadLetterOrder {
  readonly what: 'replay' | 'drop';
  /** Absent: all dead letters. */
  readonly commandId?: string;
  /** Only counts the letters; changes nothing. */
  readonly dryRun?: boolean;
}

/** Replays or drops dead letters for an operator; resolves with their number. Audited, unless there are none. Refusal: `insufficient-scope`. */
export class ChangeDeadLetters {
  constructor(
    private readonly letters: DeadLetters,
    /** Absent if the process has no audit log. */
    private readonly audit: AuditLog | undefined,
  ) {}

  async execute(operator: Actor, { what, commandId, dryRun = false }: DeadLetterOrder): Promise<number> {
    assertMayOperate(operator);
    const found = await this.count((letter) => (commandId === undefined || letter.commandId === commandId) && (what === 'drop' || letter.commandId !== undefined));
    if (dryRun || found === 0) return found;
    await this.audit?.append(actOf(operator, `dead-letters.${what}`, { target: commandId ?? 'all', details: { found } }));
    return this.letters[what](commandId);
  }

  private async count(isMeant: (letter: DeadLetter) => boolean): Promise<number> {
    let count = 0;
    for await (const letter of this.letters.list()) if (isMeant(letter)) count++;
    return count;
  }
}
