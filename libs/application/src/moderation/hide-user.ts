import { assertMayModerate, LedgerAdjustments } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import type { Moderator } from '../audit/moderator';
import type { ErrorReporter } from '../errors/error-reporter';
import { changeLedger } from '../errors/ledger-reads';
import type { ProjectStandings } from '../leaderboard/project-standings';

/**
 * Hides a user from every board, or shows a user again, even one who has never scored. Idempotent, except that hiding again
 * replaces the reason and the moderator.
 *
 * The action is recorded in the audit log before it happens. When this resolves, boards show the change; while the leaderboard
 * is unavailable, they show it after `FollowLedger` has closed the gap. Refusals: `insufficient-scope`, `ledger-unavailable`.
 */
export class HideUser {
  constructor(
    private readonly audit: AuditLog,
    private readonly adjustments: LedgerAdjustments,
    private readonly projection: ProjectStandings,
    private readonly errors: ErrorReporter,
  ) {}

  /** `hidden`: false shows the user again. */
  async execute({ identity, address }: Moderator, userId: string, hidden: boolean, reason: string): Promise<void> {
    assertMayModerate(identity);
    await changeLedger(this.errors, async () => {
      await this.audit.append({ act: hidden ? 'hide' : 'unhide', actor: identity.subject, target: userId, reason, address });
      this.projection.add(await this.adjustments.setHidden(userId, hidden, { reason, by: identity.subject }));
      await this.projection.idle();
    });
  }
}
