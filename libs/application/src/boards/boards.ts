import { ALL_TIME, type BoardCatalog, type BoardDefinition, type BoardPeriod, GLOBAL_BOARD, GLOBAL_PERIOD, Refusal } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { IntervalTask } from '../leaderboard/interval-task';
import { problemOfPeriodId } from './periods';
import type { PublishedBoards } from './published-boards';

/** How often the published boards are read. A period begins on time also without a read, because the next one is published ahead. */
const READ_MS = 1_000;

/** The same until they are published for the first time, just after a start. */
const FIRST_READ_MS = 100;

/** The board `global`. It never ends, so its only period has neither start nor end to show. */
const GLOBAL: BoardPeriod = { board: GLOBAL_BOARD, key: GLOBAL_PERIOD, id: ALL_TIME, start: 0 };

/** A board and the period that counts now. After its season: the season; before it: none. */
export interface CurrentBoard {
  readonly definition: Pick<BoardDefinition, 'id'> & Partial<BoardDefinition>;
  readonly period?: BoardPeriod;
}

/**
 * The boards there are, in this process's memory, as the workers published them. `global` is always there.
 *
 * The current period changes by this process's clock, at the moment in which the next one begins.
 */
export class Boards {
  /** As read last. While nothing is published, or it cannot be read, the last boards stay. */
  catalog: BoardCatalog = { boards: [], expired: [] };
  private readonly task: IntervalTask;
  private hasRead = false;
  private readAt = -Infinity;

  constructor(
    private readonly published: PublishedBoards,
    errors: ErrorReporter,
    private readonly now: () => number = Date.now,
  ) {
    this.task = new IntervalTask(() => this.refreshIfDue(), (error) => errors.report('the boards cannot be read', error));
  }

  start(): void {
    this.task.start(FIRST_READ_MS);
  }

  stop(): Promise<void> {
    return this.task.stop();
  }

  async refresh(): Promise<void> {
    const catalog = await this.published.read();
    if (!catalog) return;
    this.catalog = catalog;
    this.hasRead = true;
  }

  /** `global` first. */
  list(): readonly CurrentBoard[] {
    return [{ definition: { id: GLOBAL_BOARD }, period: GLOBAL }, ...this.catalog.boards.map(({ definition, periods }) => ({ definition, period: this.currentOf(periods) ?? this.begun(periods)[0] }))];
  }

  /** The periods of a board that have a leaderboard and have begun, newest first. Refusal: `unknown-board`. */
  periods(board: string): readonly BoardPeriod[] {
    return board === GLOBAL_BOARD ? [GLOBAL] : this.begun(this.boardOf(board).periods);
  }

  /**
   * A period of a board; by default the current one, and of a season that is over the season. Undefined if it is not among `periods`, and for a season that has not begun.
   * Refusals: `unknown-board`; `invalid-request` for a period that no board of this kind can have.
   */
  find(board: string, id?: string): BoardPeriod | undefined {
    if (board === GLOBAL_BOARD && id === undefined) return GLOBAL;
    const reset = board === GLOBAL_BOARD ? undefined : this.boardOf(board).definition.reset;
    const problem = id === undefined ? undefined : problemOfPeriodId({ reset }, id);
    if (problem) throw new Refusal('invalid-request', { detail: 'The member errors lists each invalid field.', errors: [{ path: 'period', message: problem }] });
    const periods = this.periods(board);
    return id === undefined ? (this.currentOf(periods) ?? periods[0]) : periods.find((period) => period.id === id);
  }

  private async refreshIfDue(): Promise<void> {
    if (this.hasRead && performance.now() - this.readAt < READ_MS - FIRST_READ_MS / 2) return;
    this.readAt = performance.now();
    await this.refresh();
  }

  private boardOf(board: string): BoardCatalog['boards'][number] {
    const found = this.catalog.boards.find(({ definition }) => definition.id === board);
    if (found) return found;
    if (this.hasRead) throw new Refusal('unknown-board');
    throw new Refusal('leaderboard-unavailable', { detail: 'The boards are not known yet. Try again in a second.', retryAfter: 1 });
  }

  private begun(periods: readonly BoardPeriod[]): readonly BoardPeriod[] {
    return periods.filter(({ start }) => start <= this.now());
  }

  private currentOf(periods: readonly BoardPeriod[]): BoardPeriod | undefined {
    const now = this.now();
    return periods.find(({ start, end }) => start <= now && (end === undefined || now < end));
  }
}
