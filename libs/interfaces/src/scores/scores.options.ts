import type { ActionLimit, ActionPolicy } from '@scoreboard/application';

/** Settings for updates; provided by the app. */
export abstract class ScoresOptions implements ActionPolicy {
  /** The largest `scoreIncrement` of one update. */
  abstract readonly maxIncrement: number;
  abstract readonly requireActionToken: boolean;
  abstract readonly actionLimits?: ReadonlyMap<string, ActionLimit>;
}
