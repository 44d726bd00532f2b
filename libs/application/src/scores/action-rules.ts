import { assertMayRaise, type Identity, Refusal, type ScoreCommand } from '@scoreboard/domain';
import { ActionCounts } from './action-counts';
import { ActionPolicy } from './action-policy';

const MINUTE_SECONDS = 60;

/** Enforces the operator's limits for actions, on updates and on the issuing of action tokens. */
export class ActionRules {
  constructor(
    private readonly policy: ActionPolicy,
    private readonly counts: ActionCounts,
  ) {}

  /** Throws `insufficient-scope`, `no-user`, `foreign-user`, `action-token-required`, `unknown-action` or `action-exceeded`. Makes no network call. */
  assertMayRaise(identity: Identity, update: Pick<ScoreCommand, 'userId' | 'scoreIncrement'>): void {
    assertMayRaise(identity, update, this.policy.requireActionToken);
    if (identity.actionGrant) this.assertAllowed(identity.actionGrant.action, update.scoreIncrement);
  }

  /** Throws `unknown-action` if limits are configured but none for this action, `action-exceeded` if the points exceed its limit. */
  assertAllowed(action: string, points: number): void {
    const { actionLimits } = this.policy;
    if (!actionLimits) return;
    const limit = actionLimits.get(action);
    if (!limit) throw new Refusal('unknown-action', { detail: 'This action is not allowed here.' });
    const { maxIncrement } = limit;
    if (maxIncrement !== undefined && points > maxIncrement) throw new Refusal('action-exceeded', { detail: `This action allows at most ${maxIncrement} points per update.` });
  }

  /** Counts a command toward the limit of its action; a repeated command counts once. Throws `rate-limited`. */
  async count({ commandId, userId, action }: ScoreCommand): Promise<void> {
    const perMinute = action === undefined ? undefined : this.policy.actionLimits?.get(action)?.perMinute;
    if (action === undefined || perMinute === undefined) return;
    const wait = await this.counts.take({ commandId, userId, action }, perMinute);
    if (!wait) return;
    const quota = { name: 'action', limit: perMinute, windowSeconds: MINUTE_SECONDS, resetSeconds: wait };
    throw new Refusal('rate-limited', { detail: `Limit: ${perMinute} updates with this action per ${MINUTE_SECONDS} s.`, retryAfter: wait, quota });
  }
}
