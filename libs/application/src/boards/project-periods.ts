import { type BoardCatalog, type LedgerChange, ScoreboardEvents } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { ProjectStandings } from '../leaderboard/project-standings';
import type { Leaderboards } from './leaderboards';
import { closedPeriods, livePeriods } from './live-periods';

/** A board is pushed at most every 50 ms by default. A put costs Redis the same for one standing as for ten, so under load each one has the changes of several batches. */
const PAUSE_MS = 25;

/** Copies what a change did in periods to their leaderboards, as `ProjectStandings` does for `global`. */
export class ProjectPeriods {
  private readonly projections = new Map<number, ProjectStandings>();

  constructor(
    private readonly leaderboards: Leaderboards,
    private readonly errors: ErrorReporter,
    /** The boards as this process last read them. */
    private readonly boards: { readonly catalog: BoardCatalog },
    private readonly now: () => number = Date.now,
  ) {}

  /** Live periods get every change, also if it has nothing for them: then their leaderboards know that they lack nothing. */
  add({ range, periods = new Map() }: LedgerChange): void {
    const { catalog } = this.boards;
    // Of a closed period only moderation changes anything: its leaderboard lacks nothing before.
    const closed = new Set(closedPeriods(catalog).map(({ key }) => key));
    for (const key of new Set([...livePeriods(catalog, this.now()).map((period) => period.key), ...periods.keys()])) {
      this.of(key).add({ range: closed.has(key) ? { from: 0, to: range.to } : range, standings: periods.get(key) ?? [] });
    }
  }

  /** Resolves when nothing is waiting. */
  async idle(): Promise<void> {
    await Promise.all([...this.projections.values()].map((projection) => projection.idle()));
  }

  private of(key: number): ProjectStandings {
    return this.projections.get(key) ?? this.make(key);
  }

  private make(key: number): ProjectStandings {
    const projection = new ProjectStandings(this.leaderboards.of(key), this.leaderboards.feedOf(key), this.errors, new ScoreboardEvents(), undefined, PAUSE_MS);
    for (const expired of this.boards.catalog.expired) this.projections.delete(expired);
    this.projections.set(key, projection);
    return projection;
  }
}
