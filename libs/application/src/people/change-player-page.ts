import { assertMayName, type Identity } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { changeLedger } from '../errors/ledger-reads';
import { type PageContents, PlayerPages } from './player-pages';

/**
 * Decides what a player's page shows: by the player with `scores:write`, by a service with `profiles:write:any`. Durable on return; the next request sees it.
 *
 * Refusals: `insufficient-scope`, `foreign-user`, `no-user`, `ledger-unavailable`.
 */
export class ChangePlayerPage {
  constructor(
    private readonly pages: PlayerPages,
    private readonly errors: ErrorReporter,
  ) {}

  /** `shows`: undefined leaves it to the operator's setting. */
  async execute(identity: Identity, userId: string, shows: PageContents | undefined): Promise<void> {
    assertMayName(identity, userId, 'page');
    await changeLedger(this.errors, () => this.pages.save(userId, shows));
  }
}
