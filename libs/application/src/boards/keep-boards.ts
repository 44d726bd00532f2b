import type { BoardCatalog, BoardDefinition, BoardPeriod, PeriodTime } from '@scoreboard/domain';
import type { BoardStore } from './board-store';
import { periodAfter, periodAt } from './periods';
import type { PublishedBoards } from './published-boards';

/** How far the queue has been applied. */
export abstract class QueueProgress {
  /** Whether every command that was accepted before `moment`, in ms since the Unix epoch, is applied or rejected; false if that is not known now. */
  abstract isAppliedUpTo(moment: number): Promise<boolean>;

  /** Tells the other workers what this one has received and not applied. Call it about every second, and `leave` when this one receives nothing anymore. */
  abstract report(): Promise<void>;
  abstract leave(): Promise<void>;
}

/**
 * Keeps the boards: opens each period before it begins, closes it when everything accepted before its end is applied, and publishes them all.
 *
 * Any number of workers may run this: opening and closing twice changes nothing.
 */
export class KeepBoards {
  private isDefined: boolean;

  constructor(
    private readonly store: BoardStore,
    private readonly published: PublishedBoards,
    private readonly progress: QueueProgress,
    /** The boards to define; undefined leaves them as they are. */
    private readonly boards: readonly BoardDefinition[] | undefined,
    private readonly now: () => number = Date.now,
  ) {
    this.isDefined = boards === undefined;
  }

  /** Throws `BoardChanged` if a board has another meaning than the one that it has been counted with. */
  async define(): Promise<void> {
    if (this.boards && !this.isDefined) await this.store.define(this.boards);
    this.isDefined = true;
  }

  /** Does what is due; call it about every second. Resolves with the boards as they are then. */
  async look(): Promise<BoardCatalog> {
    await this.define();
    let catalog = await this.store.read(this.now());
    const changes = [...(await this.open(catalog)), ...(await this.close(catalog))];
    if (changes.length) catalog = await this.store.read(this.now());
    await this.published.publish(catalog);
    return catalog;
  }

  /** Writes the content of `board.closed` for periods that any worker has closed, and then their order; call it about every second. Nothing waits for it: a board of a million users takes seconds. */
  async tellClosings(): Promise<void> {
    await this.store.tellClosings();
    await this.store.writeOrders();
  }

  private async open({ boards }: BoardCatalog): Promise<readonly PeriodTime[]> {
    const due = boards.flatMap(({ definition, periods }) => duePeriods(definition, periods[0], this.now()).map((period) => ({ definition, period })));
    for (const { definition, period } of due) await this.store.open(definition, period);
    return due.map(({ period }) => period);
  }

  private async close({ boards }: BoardCatalog): Promise<readonly BoardPeriod[]> {
    const ended = boards.flatMap(({ periods }) => periods.filter(({ end, closedAt }) => end !== undefined && end <= this.now() && closedAt === undefined));
    const closed: BoardPeriod[] = [];
    for (const period of ended.sort((a, b) => a.start - b.start)) {
      if (!(await this.progress.isAppliedUpTo(period.end!))) break;
      if (await this.store.close(period)) closed.push(period);
    }
    return closed;
  }
}

/** The periods to open: those that are missing up to the one after the current. */
function duePeriods(definition: BoardDefinition, newest: PeriodTime | undefined, now: number): readonly PeriodTime[] {
  if (newest && (newest.start > now || newest.end === undefined)) return [];
  // A season, and what never ends, has one period: it is opened long before it begins.
  const first = newest ? periodAfter(definition, newest) : periodAt(definition, Math.max(now, definition.from ?? now));
  const due: PeriodTime[] = [];
  for (let next = first; next; next = periodAfter(definition, next)) {
    due.push(next);
    if (next.start > now) break;
  }
  return due;
}
