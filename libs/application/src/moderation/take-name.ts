import { assertMayModerate } from '@scoreboard/domain';
import { AuditLog } from '../audit/audit-log';
import type { Moderator } from '../audit/moderator';
import type { ErrorReporter } from '../errors/error-reporter';
import { changeLedger } from '../errors/ledger-reads';
import { FollowProfiles } from '../people/follow-profiles';
import { Profiles } from '../people/profiles';

/**
 * Takes a user's name away, for good, or lets the user have a name again. Idempotent. The action is recorded in the audit log before it happens;
 * boards show it within a second. Refusals: `insufficient-scope`, `ledger-unavailable`.
 */
export class TakeName {
  constructor(
    private readonly audit: AuditLog,
    private readonly profiles: Profiles,
    private readonly follow: FollowProfiles,
    private readonly errors: ErrorReporter,
  ) {}

  /** `isTaken`: false lets the user have a name again. */
  async execute({ identity, address }: Moderator, userId: string, isTaken: boolean, reason: string): Promise<void> {
    assertMayModerate(identity);
    await changeLedger(this.errors, async () => {
      await this.audit.append({ act: isTaken ? 'name.take' : 'name.allow', actor: identity.subject, target: userId, reason, address });
      await (isTaken ? this.profiles.takeName(userId) : this.profiles.allowName(userId));
      await this.follow.look().catch((error: unknown) => this.errors.report('profiles cannot be copied', error)); // done again within a second
    });
  }
}
