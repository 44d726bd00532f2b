import { type BoardPeriod, GLOBAL_PERIOD, ScoreboardEvents, type ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { LedgerRanks } from '../leaderboard/ledger-ranks';
import { ReadLeaderboard } from '../leaderboard/read-leaderboard';
import type { Boards } from './boards';
import type { Leaderboards } from './leaderboards';
import { PeriodCaches } from './period-caches';

/** Reads the ranks of any board. */
export class ReadBoards {
  private readonly readers: Map<number, ReadLeaderboard>;

  constructor(
    private readonly boards: Boards,
    private readonly leaderboards: Leaderboards,
    private readonly ledger: ScoreLedger,
    private readonly caches: PeriodCaches,
    private readonly errors: ErrorReporter,
    global: ReadLeaderboard,
  ) {
    this.readers = new Map([[GLOBAL_PERIOD, global]]);
  }

  /** A reader for a period of a board; by default for the current one. Refusals: those of `Boards.find`. */
  of(board: string, period?: string): ReadLeaderboard {
    const found = this.boards.find(board, period);
    return this.readers.get(found.key) ?? this.make(found);
  }

  private make(period: BoardPeriod): ReadLeaderboard {
    const ranks = new LedgerRanks(this.ledger.ofPeriod(period.key), this.errors, new ScoreboardEvents());
    const cache = { current: () => this.caches.live(period)?.current(), isFresh: () => this.caches.live(period)?.isFresh() ?? false };
    const reader = new ReadLeaderboard(this.leaderboards.of(period.key), ranks, cache, this.errors);
    for (const key of this.boards.catalog.expired) this.readers.delete(key);
    this.readers.set(period.key, reader);
    return reader;
  }
}
