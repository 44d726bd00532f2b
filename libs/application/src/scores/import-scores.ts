import { type RejectionReason, type ScoreCommand, ScoreLedger } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import { actOf, type Operator } from '../audit/operator';
import { applyInParts } from './apply-in-parts';
import { commandIdFromImport } from './command-id';

/** A user's total in another system; at least 1 point. */
export interface ImportedTotal {
  readonly userId: string;
  readonly score: number;
}

/** What an import did. */
export interface ImportResult {
  /** Users whose total was added. In a preview: would be. */
  readonly imported: number;
  /** Users whose total from this source had been added before. */
  readonly repeated: number;
  /** Users whose total was not added. `key-conflict`: another total from this source had been added before. */
  readonly refused: readonly { readonly userId: string; readonly reason: RejectionReason }[];
}

/**
 * Adds the totals of another system for an operator: one event per user, whose id is made from the source and the user. So importing a file again
 * adds nothing, and an import that was interrupted continues where it stopped. Writes to the ledger only; workers bring the leaderboard up to date.
 */
export class ImportScores {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly audit: AuditLog,
  ) {}

  /** Records in the audit log that an import begins. */
  async begin(operator: Operator, source: string, users: number): Promise<void> {
    await this.audit.append(actOf(operator, 'scores.import', { details: { source, users } }));
  }

  /** At most 1,000 totals. */
  async execute(source: string, totals: readonly ImportedTotal[]): Promise<ImportResult> {
    let imported = 0;
    const rejections = await applyInParts(this.ledger, commandsOf(source, totals), (batch) => (imported += batch.applied));
    const refused = rejections.map(({ command: { userId }, reason }) => ({ userId, reason }));
    return { imported, repeated: totals.length - imported - refused.length, refused };
  }

  /** What `execute` would do, except that a total over the limit is not noticed. Changes nothing. */
  async preview(source: string, totals: readonly ImportedTotal[]): Promise<ImportResult> {
    const commands = commandsOf(source, totals);
    const known = new Map((await this.ledger.outcomes(commands.map(({ commandId }) => commandId))).map((outcome) => [outcome.commandId, outcome]));
    const others = commands.filter(({ commandId, scoreIncrement }) => known.has(commandId) && known.get(commandId)!.scoreIncrement !== scoreIncrement);
    return { imported: totals.length - known.size, repeated: known.size - others.length, refused: others.map(({ userId }) => ({ userId, reason: 'key-conflict' })) };
  }
}

const commandsOf = (source: string, totals: readonly ImportedTotal[]): ScoreCommand[] =>
  totals.map(({ userId, score }) => ({ commandId: commandIdFromImport(source, userId), userId, scoreIncrement: score, acceptedAt: 0 })); // earned long ago: it counts in no day, week or month
