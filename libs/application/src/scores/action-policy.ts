/** What the operator allows of one action, besides what each token allows. */
export interface ActionLimit {
  /** The most points of one update. */
  readonly maxIncrement?: number;
  /** The most updates of one user in any minute. */
  readonly perMinute?: number;
}

/** What the operator decides about actions. */
export abstract class ActionPolicy {
  /** Whether a player's update needs an action token. A trusted service (`scores:write:any`) never does. */
  abstract readonly requireActionToken: boolean;
  /** The actions there are; undefined where every action goes, up to what its token allows. */
  abstract readonly actionLimits?: ReadonlyMap<string, ActionLimit>;
}
