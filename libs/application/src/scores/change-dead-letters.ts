import type { AuditLog } from '../moderation/audit-log';
import { type DeadLetter, DeadLetters } from './dead-letters';
import { actOf, type Operator } from '../moderation/operator';

/** Which dead letters, and what becomes of them. */
export interface DeadLetterOrder {
  readonly what: 'replay' | 'drop';
  /** All of them where it is absent. */
  readonly commandId?: string;
  /** Counts the letters and leaves them. */
  readonly dryRun?: boolean;
}

/** Queues dead letters again or drops them, by an operator's order; resolves with how many. Where there is none, nothing is noted. */
export class ChangeDeadLetters {
  constructor(
    private readonly letters: DeadLetters,
    /** Absent where the process knows no trail. */
    private readonly audit: AuditLog | undefined,
  ) {}

  async execute(operator: Operator, { what, commandId, dryRun = false }: DeadLetterOrder): Promise<number> {
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
