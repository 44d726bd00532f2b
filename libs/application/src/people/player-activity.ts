/** The points that a player got for an action. */
export interface ActionPoints {
  readonly action: string;
  readonly points: number;
}

/** When a player's points came, and for what, from the history. */
export abstract class PlayerActivity {
  /** The player's score right after each of these moments, in this order; 0 before the first point. O(moments × log n), however long the history is. */
  abstract scoresAt(userId: string, moments: readonly Date[]): Promise<readonly number[]>;

  /** The `count` actions that brought most in the player's newest `newest` events, without what was reversed; best first. O(newest). */
  abstract bestActions(userId: string, newest: number, count: number): Promise<readonly ActionPoints[]>;
}
