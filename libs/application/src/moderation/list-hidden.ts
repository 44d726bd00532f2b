import { assertMayModerate, type HiddenUser, type Identity, LedgerAdjustments } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';

/** A page of hidden users. */
export interface HiddenPage {
  readonly items: readonly HiddenUser[];
  /** Pass it as `before` to read the next page; undefined on the last page. */
  readonly next?: number;
}

/** Lists the users who are currently hidden, most recently hidden first. Requires `scores:admin`. Refusals: `insufficient-scope`, `ledger-unavailable`. */
export class ListHidden {
  constructor(
    private readonly adjustments: LedgerAdjustments,
    private readonly errors: ErrorReporter,
  ) {}

  async execute(reader: Identity, limit: number, before?: number): Promise<HiddenPage> {
    assertMayModerate(reader);
    // One extra item shows whether there is another page.
    const items = await readLedger(this.errors, () => this.adjustments.hiddenUsers(limit + 1, before));
    return items.length > limit ? { items: items.slice(0, limit), next: items[limit - 1]!.seq } : { items };
  }
}
