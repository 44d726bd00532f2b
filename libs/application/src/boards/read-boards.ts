import { type BoardPeriod, GLOBAL_PERIOD, Refusal, ScoreboardEvents, type ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import { LedgerRanks } from '../leaderboard/ledger-ranks';
import { ReadLeaderboard } from '../leaderboard/read-leaderboard';
import type { BoardStore } from './board-store';
import type { Boards } from './boards';
import type { Leaderboards } from './leaderboards';
import { PeriodCaches } from './period-caches';

/** Periods that have no leaderboard anymore. */
type PastPeriods = Pick<BoardStore, 'past'>;

/** Reads the ranks of any board: those of periods that have no leaderboard anymore from the ledger. Refusals: those of `Boards.find`; `ledger-unavailable`. */
export class ReadBoards {
  private readonly readers: Map<number, ReadLeaderboard>;

  constructor(
    private readonly boards: Boards,
    private readonly leaderboards: Leaderboards,
    private readonly ledger: ScoreLedger,
    private readonly caches: PeriodCaches,
    private readonly errors: ErrorReporter,
    global: ReadLeaderboard,
    private readonly store: PastPeriods,
  ) {
    this.readers = new Map([[GLOBAL_PERIOD, global]]);
  }

  /** A reader for a period of a board, by default the current one. Returns a promise only if the period has no leaderboard. Throws the refusals of `Boards.find`; throws or rejects with `unknown-period`. */
  of(board: string, id?: string): ReadLeaderboard | Promise<ReadLeaderboard> {
    const period = this.boards.find(board, id);
    return period ? (this.readers.get(period.key) ?? this.make(period)) : this.ofPast(board, id);
  }

  private async ofPast(board: string, id?: string): Promise<ReadLeaderboard> {
    const [past] = id === undefined ? [] : await this.past(board, id);
    if (!past) throw new Refusal('unknown-period');
    return new ReadLeaderboard(undefined, this.ranksOf(past), { current: () => undefined, isFresh: () => false }, this.errors);
  }

  /** All periods of a board that can be read, newest first. */
  async periods(board: string): Promise<readonly BoardPeriod[]> {
    const ranked = this.boards.periods(board);
    const keys = new Set(ranked.map(({ key }) => key));
    return [...ranked, ...(await this.past(board)).filter(({ key }) => !keys.has(key))];
  }

  private past(board: string, id?: string): Promise<readonly BoardPeriod[]> {
    return readLedger(this.errors, () => this.store.past(board, id));
  }

  private make(period: BoardPeriod): ReadLeaderboard {
    const cache = { current: () => this.caches.live(period)?.current(), isFresh: () => this.caches.live(period)?.isFresh() ?? false };
    const reader = new ReadLeaderboard(this.leaderboards.of(period.key), this.ranksOf(period), cache, this.errors);
    for (const key of this.boards.catalog.expired) this.readers.delete(key);
    this.readers.set(period.key, reader);
    return reader;
  }

  private ranksOf({ key }: BoardPeriod): LedgerRanks {
    return new LedgerRanks(this.ledger.ofPeriod(key), this.errors, new ScoreboardEvents());
  }
}
