/** What the operator decides about actions. */
export abstract class ActionPolicy {
  /** Whether a player's update needs an action token. A trusted service (`scores:write:any`) never does. */
  abstract readonly requireActionToken: boolean;
}
