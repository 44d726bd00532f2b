import type { BoardCatalog, BoardPeriod } from '@scoreboard/domain';

/** How long before its first moment a period's leaderboard is made ready. */
const AHEAD_MS = 10_000;

/** The periods in a catalog that count updates at `now`: they have begun, or soon will, and are not closed. */
export const livePeriods = ({ boards }: BoardCatalog, now: number): readonly BoardPeriod[] =>
  boards.flatMap(({ periods }) => periods.filter(({ start, closedAt }) => closedAt === undefined && start - AHEAD_MS <= now));

/** The periods in a catalog that only moderation still changes. */
export const closedPeriods = ({ boards }: BoardCatalog): readonly BoardPeriod[] => boards.flatMap(({ periods }) => periods.filter(({ closedAt }) => closedAt !== undefined));
