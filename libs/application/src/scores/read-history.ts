import { assertIsUser, assertNoActionToken, grants, type HistoryItem, type Identity, ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../moderation/error-reporter';
import { readLedger } from '../leaderboard/ledger-reads';

export interface HistoryPage {
  readonly items: readonly HistoryItem[];
  /** Pass it as `before` to read on; undefined on the last page. */
  readonly next?: number;
}

/** A user's events, newest first. Only the user's own token or `scores:admin` may read them. */
export class ReadHistory {
  constructor(
    private readonly ledger: ScoreLedger,
    private readonly faults: ErrorReporter,
  ) {}

  async execute(reader: Identity, userId: string, limit: number, before?: number): Promise<HistoryPage> {
    assertNoActionToken(reader);
    if (!grants(reader, 'scores:admin')) assertIsUser(reader, userId, 'This history is not yours to read.');
    // One more than asked tells whether there is another page.
    const items = await readLedger(this.faults, () => this.ledger.history(userId, limit + 1, before));
    return items.length > limit ? { items: items.slice(0, limit), next: items[limit - 1]!.seq } : { items };
  }
}
