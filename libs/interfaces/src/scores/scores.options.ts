import type { ActionLimit, ActionPolicy } from '@scoreboard/application';

/** What the app decides about updates. */
export abstract class ScoresOptions implements ActionPolicy {
  /** The largest `scoreIncrement` of one update. */
  abstract readonly maxIncrement: number;
  abstract readonly requireActionToken: boolean;
  abstract readonly actionLimits?: ReadonlyMap<string, ActionLimit>;
}
