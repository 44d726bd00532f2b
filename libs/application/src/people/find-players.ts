import { assertMayModerate, type Identity, MAX_TOP } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import type { ReadLeaderboard } from '../leaderboard/read-leaderboard';
import type { Profile } from '../live/profile';
import type { ShownEntry, ShowUsers } from '../live/show-users';
import { foldName } from './name-search';
import { Profiles } from './profiles';

/** How many names are looked at. The place of each is read. */
const MAX_LOOKED = MAX_TOP;

/** A user with a name. */
export type NamedUser = Profile & { readonly userId: string };

/**
 * Finds users by the beginning of their name, which `checkBeginning` has folded. The cost is that of `MAX_LOOKED` names and their places, for any beginning
 * and any number of users.
 *
 * Refusals: `ledger-unavailable`, and those of `ReadLeaderboard`.
 */
export class FindPlayers {
  constructor(
    private readonly profiles: Profiles,
    private readonly users: ShowUsers,
    private readonly errors: ErrorReporter,
  ) {}

  /**
   * Those with a place on this board, best first: all of them, if fewer than 100 users have such a name. Otherwise those among the best 100 of the board,
   * and those among 100 users of whom an exact name is first and the others are any.
   */
  async onBoard(board: ReadLeaderboard, beginning: string, limit: number): Promise<readonly ShownEntry[]> {
    const found = await this.beginningWith(beginning, MAX_LOOKED);
    const ranked = found.length ? await board.ranked(found.map(({ userId }) => userId)) : [];
    if (found.length < MAX_LOOKED) return this.users.entries(ranked.slice(0, limit));
    const best = (await this.users.entries(await board.top(MAX_TOP))).filter(({ name }) => name !== undefined && foldName(name).startsWith(beginning));
    const hits = new Map([...best, ...(await this.users.entries(ranked))].map((entry) => [entry.userId, entry]));
    return [...hits.values()].sort((one, other) => one.rank - other.rank).slice(0, limit);
  }

  /** Those with and without a place, also hidden ones: for an operator. Under their own ids; an exact name is first. Refuses with `insufficient-scope` too. */
  async anywhere(reader: Identity, beginning: string, limit: number): Promise<readonly NamedUser[]> {
    assertMayModerate(reader);
    return this.beginningWith(beginning, limit);
  }

  private beginningWith(beginning: string, limit: number): Promise<readonly NamedUser[]> {
    return readLedger(this.errors, () => this.profiles.beginningWith(beginning, limit));
  }
}
