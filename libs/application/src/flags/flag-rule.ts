/** What all rules have. */
interface RuleBase {
  /** 1 to 32 of `a-z 0-9 -`. Another id is another rule, with flags of its own. */
  readonly id: string;
  /** How serious it is, from 1 to 100: the queue of flags begins with the heaviest. */
  readonly weight: number;
  /** `hold` hides the player from boards until a moderator has decided; `mark` changes nothing. */
  readonly effect: 'mark' | 'hold';
  /** Only updates of these actions are judged; one that ends with `*` is the beginning of actions. All updates without it. */
  readonly actions?: readonly string[];
}

/** More than so many updates of a player, or points, within a time. */
export interface RateRule extends RuleBase {
  readonly kind: 'rate';
  readonly seconds: number;
  readonly maxUpdates?: number;
  readonly maxPoints?: number;
}

/** An update with many times the points that are usual: for this player, or on the board. */
export interface JumpRule extends RuleBase {
  readonly kind: 'jump';
  /** More than so many times the median of the player's last 100 updates. Judges nobody with fewer than 5. */
  readonly timesOwn?: number;
  /** More than so many times the median of the last 1,000 updates of all players. Judges nobody while there are fewer than 50. */
  readonly timesBoard?: number;
  /** Fewer points are never judged. */
  readonly atLeast: number;
}

/** Two updates of a player for the same action, closer together than the action takes. */
export interface IntervalRule extends RuleBase {
  readonly kind: 'interval';
  readonly seconds: number;
  readonly actions: readonly string[];
}

/** What an operator finds suspicious. */
export type FlagRule = RateRule | JumpRule | IntervalRule;

/** Minimum number of earlier updates needed for a comparison. */
export const [LEAST_OWN, LEAST_BOARD] = [5, 50] as const;

/** What a player did within the time of a rule, up to and with this update. */
export interface RateFacts {
  readonly sequence: number;
  readonly updates: number;
  readonly points: number;
}

/** What was usual before this update. */
export interface JumpFacts {
  readonly sequence: number;
  readonly own: { readonly updates: number; readonly median: number };
  readonly board: { readonly updates: number; readonly median: number };
}

/** How far the nearest update of the same player and action is, among those applied before. */
export interface IntervalFacts {
  readonly sequence: number;
  readonly seconds: number;
}

const NUMBER = new Intl.NumberFormat('en');
const shown = (value: number): string => NUMBER.format(value);

/** Why the update breaks the rule; undefined if it does not. */
export function rateProblem({ seconds, maxUpdates = Infinity, maxPoints = Infinity }: RateRule, { updates, points }: RateFacts): string | undefined {
  if (updates > maxUpdates) return `${shown(updates)} updates within ${shown(seconds)} s (at most ${shown(maxUpdates)})`;
  return points > maxPoints ? `${shown(points)} points within ${shown(seconds)} s (at most ${shown(maxPoints)})` : undefined;
}

export function jumpProblem({ timesOwn = Infinity, timesBoard = Infinity, atLeast }: JumpRule, points: number, { own, board }: JumpFacts): string | undefined {
  if (points < atLeast) return undefined;
  const isMore = (usual: JumpFacts['own'], least: number, times: number) => usual.updates >= least && points > usual.median * times;
  const reason = (whose: string, median: number, times: number) => `${shown(points)} points at once, and the median of ${whose} is ${shown(median)} (at most ${shown(times)} times that)`;
  if (isMore(own, LEAST_OWN, timesOwn)) return reason("the player's updates", own.median, timesOwn);
  return isMore(board, LEAST_BOARD, timesBoard) ? reason('all updates', board.median, timesBoard) : undefined;
}

export function intervalProblem({ seconds: least }: IntervalRule, action: string, { seconds }: IntervalFacts): string | undefined {
  return seconds < least ? `${action} again after ${shown(seconds)} s (at least ${shown(least)})` : undefined;
}

/** Whether the rule judges updates of this action. */
export function covers({ actions }: FlagRule, action: string | undefined): boolean {
  return actions === undefined || actions.some((name) => (name.endsWith('*') ? action?.startsWith(name.slice(0, -1)) : action === name));
}
