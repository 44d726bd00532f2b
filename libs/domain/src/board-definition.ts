/** How often a board begins again. */
export type BoardReset = 'daily' | 'weekly' | 'monthly' | 'yearly';

/** The days of the week, in the order of ISO 8601. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
/** A day of the week, in English and lower case. */
export type Weekday = (typeof WEEKDAYS)[number];

/** A board id: 1 to 32 of a-z, 0-9 and -. */
export const BOARD_ID = /^[a-z0-9-]{1,32}$/;

/** The period of a board that never ends. */
export const ALL_TIME = 'all';

/**
 * A ranking of the updates over a time. It resets, or it is a season (`from` and `to`), or it counts forever.
 *
 * What it counts, all fields but `keep`, never changes once it has counted.
 */
export interface BoardDefinition {
  readonly id: string;
  readonly reset?: BoardReset;
  /** The IANA time zone in which days begin. */
  readonly timezone: string;
  /** The first day of a week, for `weekly`. */
  readonly weekStartsOn?: Weekday;
  /** A season begins then and ends at `to`, both in ms since the Unix epoch. */
  readonly from?: number;
  readonly to?: number;
  /** Counts only updates of these actions; `level-*` stands for all that begin with `level-`. Absent: counts all. */
  readonly actions?: readonly string[];
  /** How many ended periods have a leaderboard. */
  readonly keep: number;
}

/** A stretch of time that a board counts: [start, end) in ms since the Unix epoch. */
export interface PeriodTime {
  /** Unique in its board: `2026-11-28`, `2026-W48`, `2026-11`, `2026`, the id of the season, or `ALL_TIME`. */
  readonly id: string;
  readonly start: number;
  /** Absent: it never ends. */
  readonly end?: number;
}

/** A period that the ledger counts. */
export interface BoardPeriod extends PeriodTime {
  readonly board: string;
  /** Identifies its totals in the ledger and its leaderboard; `GLOBAL_PERIOD` is that of the board `global`. */
  readonly key: number;
  /** When it was closed, in ms since the Unix epoch: everything accepted before its end is applied, and only moderation changes it later. */
  readonly closedAt?: number;
  /**
   * Set if the board was added when the period had begun, and until `FillBoard` has added what came before: it counts what was applied after this moment, in ms since the
   * Unix epoch.
   */
  readonly countsFrom?: number;
}

/** The key of the board `global`, which always exists and has one period without an end. */
export const GLOBAL_PERIOD = 1;

/** The boards there are, and their periods that have a leaderboard, newest first. */
export interface BoardCatalog {
  readonly boards: readonly { readonly definition: BoardDefinition; readonly periods: readonly BoardPeriod[] }[];
  /** The keys of other periods, such as those beyond `keep`: their leaderboards can be dropped. */
  readonly expired: readonly number[];
}

/** Whether two definitions of a board count the same updates at the same times. */
export const isSameMeaning = (one: BoardDefinition, other: BoardDefinition): boolean => meaningOf(one) === meaningOf(other);

const meaningOf = ({ id, reset, timezone, weekStartsOn, from, to, actions }: BoardDefinition): string =>
  JSON.stringify([id, reset, reset && timezone, reset === 'weekly' && (weekStartsOn ?? 'monday'), from, to, actions && [...actions].sort()]);
