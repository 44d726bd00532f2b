import { assertMayRaise, type Identity, Refusal, type ScoreCommand } from '@scoreboard/domain';
import { ActionCounts } from './action-counts';
import { ActionPolicy } from './action-policy';

const MINUTE_SECONDS = 60;

/** Holds updates, and orders of action tokens, to what the operator allows of each action. */
export class ActionRules {
  constructor(
    private readonly policy: ActionPolicy,
    private readonly counts: ActionCounts,
  ) {}

  /** Throws `insufficient-scope`, `foreign-user`, `action-token-required`, `unknown-action` or `action-exceeded`. Asks nobody. */
  assertMayRaise(identity: Identity, update: Pick<ScoreCommand, 'userId' | 'scoreIncrement'>): void {
    assertMayRaise(identity, update, this.policy.requireActionToken);
    if (identity.actionGrant) this.assertAllowed(identity.actionGrant.action, update.scoreIncrement);
  }

  /** Throws `unknown-action` where limits are set and none for this one, `action-exceeded` where they allow less. */
  assertAllowed(action: string, points: number): void {
    const { actionLimits } = this.policy;
    if (!actionLimits) return;
    const limit = actionLimits.get(action);
    if (!limit) throw new Refusal('unknown-action', { detail: 'No limits are set for this action.' });
    const { maxIncrement } = limit;
    if (maxIncrement !== undefined && points > maxIncrement) throw new Refusal('action-exceeded', { detail: `This action may bring ${maxIncrement} points at most.` });
  }

  /** Counts a command towards its action's limit, once however often it comes. Throws `rate-limited`. */
  async count({ commandId, userId, action }: ScoreCommand): Promise<void> {
    const perMinute = action === undefined ? undefined : this.policy.actionLimits?.get(action)?.perMinute;
    if (action === undefined || perMinute === undefined) return;
    const wait = await this.counts.take({ commandId, userId, action }, perMinute);
    if (!wait) return;
    const quota = { name: 'action', limit: perMinute, windowSeconds: MINUTE_SECONDS, resetSeconds: wait };
    throw new Refusal('rate-limited', { detail: `${perMinute} of this action in ${MINUTE_SECONDS} s at most.`, retryAfter: wait, quota });
  }
}
