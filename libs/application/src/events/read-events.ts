import { BEFORE_ALL_EVENTS, type EventPage, type EventPosition, grants, type Identity, LedgerEvents, type LedgerEventType, Refusal } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import { BoardCache } from '../live/board-cache';
import { HintedPause } from './hinted-pause';

/** Which ledger events to read, and how long to wait for one. */
export interface EventsQuery {
  /** `latest`: only what comes later. Default: from the beginning. */
  readonly after?: EventPosition | 'latest';
  readonly limit: number;
  readonly types: readonly LedgerEventType[];
  /** How long to wait for an event if there is none. */
  readonly waitMs: number;
}

/** Between two looks of one request: a hint of the feed may be lost, and under load one comes with every batch. */
const [LEAST_PAUSE_MS, LOOK_MS] = [200, 500];
/** How many looks one request may take over events of other types. */
const MAX_LOOKS = 20;
/** A wait is short enough to end by itself. */
const NEVER = new AbortController().signal;

/** Reads events of the ledger for `events:read`. Refusals: `insufficient-scope`, `ledger-unavailable`. */
export class ReadEvents {
  private readonly waiting = new Set<HintedPause>();

  constructor(
    private readonly events: LedgerEvents,
    boardCache: BoardCache,
    private readonly errors: ErrorReporter,
  ) {
    boardCache.onScores(() => this.waiting.forEach((rest) => rest.hint()));
  }

  async execute(reader: Identity, { after = BEFORE_ALL_EVENTS, limit, types, waitMs }: EventsQuery): Promise<EventPage> {
    if (!grants(reader, 'events:read')) throw new Refusal('insufficient-scope', { detail: 'The scope events:read is required.' });
    return readLedger(this.errors, async () => this.page(after === 'latest' ? await this.events.latest(types) : after, limit, types, Date.now() + waitMs));
  }

  private async page(after: EventPosition, limit: number, types: readonly LedgerEventType[], deadline: number): Promise<EventPage> {
    const rest = new HintedPause();
    this.waiting.add(rest);
    try {
      let position = after;
      for (let looks = 1; ; looks++) {
        const page = await this.events.read(position, limit, types);
        const left = deadline - Date.now();
        const isAtEnd = page.next.sequence === position.sequence && page.next.place === position.place;
        if (page.events.length || (isAtEnd && left <= 0) || (!isAtEnd && looks >= MAX_LOOKS)) return page;
        position = page.next;
        if (isAtEnd) await rest.wait(LEAST_PAUSE_MS, Math.min(LOOK_MS, left), NEVER);
      }
    } finally {
      this.waiting.delete(rest);
    }
  }
}
