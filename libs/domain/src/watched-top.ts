import { BOARD_SIZE } from './score';
import { compareStandings, type Standing } from './standing';

/** A ranked user. `reachedAt` is the sequence of an event of this user, so it also says who it is. */
export type WatchedPlace = Pick<Standing, 'userId' | 'score' | 'reachedAt'>;

/** A user's standing right after the event `seq`. */
export interface WatchedEvent extends WatchedPlace {
  readonly seq: number;
  readonly hidden: boolean;
}

/** A user who came into the top ten (with a rank) or dropped out of it, because of the event `seq`. */
export interface TopChange {
  readonly seq: number;
  /** From 1 within one event: those who left come first. */
  readonly place: number;
  readonly type: 'top.entered' | 'top.left';
  readonly who: WatchedPlace;
  readonly rank?: number;
}

/** How many places are remembered. Those below the ten move up when a moderator takes points back or hides users. */
export const WATCHED_PLACES = 100;

/** The score and sequence below every ranked user. */
const BELOW_ALL = { score: 0, reachedAt: Number.MAX_SAFE_INTEGER };

/**
 * The best users at one moment of the ledger, followed from event to event. Immutable.
 *
 * Invariant: every ranked user who is not among `places` ranks below all of them, and not above `bound`. So a user who falls below the bound is dropped,
 * and `isShort` tells when too few are left to know who the tenth is. Then the places must be read anew.
 */
export class WatchedTop {
  constructor(
    /** Best first. */
    readonly places: readonly WatchedPlace[],
    /** The best that anybody else can be. */
    readonly bound: Pick<WatchedPlace, 'score' | 'reachedAt'>,
  ) {}

  /** `best` are the best users of the moment, at most `WATCHED_PLACES`. If there are fewer, nobody else is ranked. */
  static of(best: readonly WatchedPlace[]): WatchedTop {
    return new WatchedTop(best, best.length < WATCHED_PLACES ? BELOW_ALL : best.at(-1)!);
  }

  get isShort(): boolean {
    return this.places.length < BOARD_SIZE && this.bound.score > 0;
  }

  after({ userId, score, reachedAt, hidden }: WatchedEvent): WatchedTop {
    const others = this.places.filter((place) => place.userId !== userId);
    const place = { userId, score, reachedAt };
    if (hidden || score <= 0 || compareStandings(place, this.bound) > 0) {
      return others.length === this.places.length ? this : new WatchedTop(others, this.bound);
    }
    const rank = others.findIndex((other) => compareStandings(place, other) < 0);
    const places = rank < 0 ? [...others, place] : [...others.slice(0, rank), place, ...others.slice(rank)];
    return places.length <= WATCHED_PLACES ? new WatchedTop(places, this.bound) : new WatchedTop(places.slice(0, -1), places.at(-1)!);
  }

  /** Who entered and left the top ten from here to `next`, because of the event `seq`. */
  changesTo(next: WatchedTop, seq: number): readonly TopChange[] {
    if (next === this) return [];
    const [before, after] = [this, next].map(({ places }) => places.slice(0, BOARD_SIZE)) as [WatchedPlace[], WatchedPlace[]];
    const isIn = (top: readonly WatchedPlace[], { userId }: WatchedPlace) => top.some((place) => place.userId === userId);
    const left = before.filter((who) => !isIn(after, who)).map((who) => ({ type: 'top.left' as const, who }));
    const entered = after.flatMap((who, i) => (isIn(before, who) ? [] : [{ type: 'top.entered' as const, who, rank: i + 1 }]));
    return [...left, ...entered].map((change, i) => ({ seq, place: i + 1, ...change }));
  }
}
