import { assertIsUser, assertNoActionToken, grants, type HistoryItem, type Identity, ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';

/** A page of a user's history, newest first. */
export interface HistoryPage {
  readonly items: readonly HistoryItem[];
  /** Pass it as `before` to read the next page; undefined on the last page. */
  readonly next?: number;
}

/** Reads a user's events, newest first. Allowed for the user and `scores:admin`. */
export class ReadHistory {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly errors: ErrorReporter,
  ) {}

  async execute(reader: Identity, userId: string, limit: number, before?: number): Promise<HistoryPage> {
    assertNoActionToken(reader);
    if (!grants(reader, 'scores:admin')) assertIsUser(reader, userId, 'Only the user and scores:admin may read this history.');
    // One extra item shows whether there is another page.
    const items = await readLedger(this.errors, () => this.ledger.history(userId, limit + 1, before));
    return items.length > limit ? { items: items.slice(0, limit), next: items[limit - 1]!.seq } : { items };
  }
}
