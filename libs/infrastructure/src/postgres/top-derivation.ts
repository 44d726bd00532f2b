import { type TopChange, WATCHED_PLACES, type WatchedEvent, type WatchedPlace, WatchedTop } from '@scoreboard/domain';
import type { Database } from './database';
import { GLOBAL } from './ledger-rows';
import { BEGIN_WATCH, BEST_AT, MOVE_WATCH, TOP_PAGE } from './reads-of-events';

/** How many events of the ledger one step looks at. */
const PAGE = 5_000;

type PageRow = {
  readonly seq: string;
  readonly bound_score: string;
  readonly bound_reached: string;
  readonly page_end: string | null;
  readonly looked: string;
  readonly places: readonly WatchedPlace[];
  readonly events: readonly WatchedEvent[];
};

/**
 * Derives the changes of the top ten from the ledger, in order and once: any number of processes may do it at the same time. Each step reads one page of events
 * with the remembered places, in one snapshot, so that a user who is renamed meanwhile has one name in both. It then moves the places forward only if nobody else has.
 */
export class TopDerivation {
  constructor(
    private readonly database: Database,
    private readonly pageSize = PAGE,
  ) {}

  /** Derives the next page, or begins after the newest event. Resolves with whether there is more to derive. */
  async step(): Promise<boolean> {
    const [row] = await this.database.prepared<PageRow>('top-page', TOP_PAGE, [GLOBAL, this.pageSize]);
    if (!row) return this.begin();
    if (row.page_end === null) return false;
    const pageEnd = Number(row.page_end);
    const { top, changes, end } = await this.follow(row, pageEnd);
    await this.database.query(MOVE_WATCH, [GLOBAL, Number(row.seq), end, ...columnsOf(top), ...changesOf(changes)]);
    return end < pageEnd || Number(row.looked) === this.pageSize;
  }

  private async begin(): Promise<false> {
    const { seq, top } = await this.bestAt(null);
    await this.database.query(BEGIN_WATCH, [GLOBAL, seq, ...columnsOf(top)]);
    return false;
  }

  private async follow(row: PageRow, pageEnd: number) {
    const changes: TopChange[] = [];
    let top = new WatchedTop(row.places, { score: Number(row.bound_score), reachedAt: Number(row.bound_reached) });
    for (const event of row.events) {
      let next = top.after(event);
      const { isShort } = next;
      if (isShort) next = (await this.bestAt(event.seq)).top;
      changes.push(...top.changesTo(next, event.seq));
      top = next;
      // The places are of a later snapshot than the page, so users may have other names in it.
      if (isShort) return { top, changes, end: event.seq };
    }
    return { top, changes, end: pageEnd };
  }

  private async bestAt(seq: number | null): Promise<{ readonly seq: number; readonly top: WatchedTop }> {
    const [row] = await this.database.query<{ seq: string; places: readonly WatchedPlace[] }>(BEST_AT, [GLOBAL, seq, WATCHED_PLACES]);
    return { seq: Number(row!.seq), top: WatchedTop.of(row!.places) };
  }
}

const columnsOf = ({ places, bound }: WatchedTop) => [places.map(({ reachedAt }) => reachedAt), places.map(({ score }) => score), bound.score, bound.reachedAt];

const changesOf = (changes: readonly TopChange[]) => [
  changes.map(({ seq }) => seq),
  changes.map(({ place }) => place),
  changes.map(({ type }) => type === 'top.entered'),
  changes.map(({ who }) => who.reachedAt),
  changes.map(({ who }) => who.score),
  changes.map(({ rank }) => rank ?? null),
];
