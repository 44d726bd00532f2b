/** The operator's limits for one action, in addition to the limits of each token. */
export interface ActionLimit {
  /** Maximum points per update. */
  readonly maxIncrement?: number;
  /** Maximum updates per user in any 60 s. */
  readonly perMinute?: number;
}

/** The operator's settings for actions. */
export abstract class ActionPolicy {
  /** Whether a player's update requires an action token. A trusted service (`scores:write:any`) never needs one. */
  abstract readonly requireActionToken: boolean;
  /** The known actions with their limits. Undefined: every action is allowed, within the limits of its token. */
  abstract readonly actionLimits?: ReadonlyMap<string, ActionLimit>;
}
