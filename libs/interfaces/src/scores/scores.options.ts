/** What the app decides about updates. */
export abstract class ScoresOptions {
  /** The largest `scoreIncrement` of one update. */
  abstract readonly maxIncrement: number;
}
