import type { Board, RankedScore } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import type { Profile } from './profile';
import { ShownProfiles } from './shown-profiles';
import { OwnUserIds, type UserIds } from './user-ids';

/** Where profiles are read while the copy cannot be: their source of truth. */
export interface ProfileSource {
  find(userIds: readonly string[]): Promise<ReadonlyMap<string, Profile>>;
}

/** An entry of a board as others see it. */
export type ShownEntry = RankedScore & Profile;

/** A board as others see it, with the version of the profiles on it. */
export interface ShownBoard {
  readonly entries: readonly ShownEntry[];
  readonly version: number;
}

/** The board with names, as it is shown. Its revision is the sum of the leaderboard's revision and the version of the profiles: it rises with either, and is the same in every process. */
export interface NamedBoard extends Board {
  readonly entries: readonly ShownEntry[];
}

/** Entries leave the process through here: with the user's name and picture, and under the id that is shown. Names are optional: while they cannot be read, entries are sent without names; only a new board waits for them. */
export class ShowUsers {
  /** The entries of boards, which are not read again. */
  private readonly shown = new WeakSet<object>();
  private readonly listeners: ((userIds: readonly string[]) => void)[] = [];

  constructor(
    private readonly profiles: ShownProfiles,
    private readonly errors: ErrorReporter,
    /** Absent in a process without a database. */
    private readonly source?: ProfileSource,
    private readonly ids: UserIds = new OwnUserIds(),
  ) {}

  /** Calls `listener` with the users of each later read of names; it must return at once and not throw. There may be several. */
  onShown(listener: (userIds: readonly string[]) => void): void {
    this.listeners.push(listener);
  }

  /** Rejects if profiles cannot be read: a board whose revision is known has all names of it. */
  async board({ entries }: Board): Promise<ShownBoard> {
    const userIds = entries.map(({ userId }) => userId);
    this.announce(userIds);
    const { version, profiles } = await this.profiles.read(userIds);
    const shown = entries.map((entry, i) => withProfile(entry, profiles[i], this.ids.shown(entry.userId)));
    for (const entry of shown) this.shown.add(entry);
    return { entries: shown, version };
  }

  /** These entries in this order. If profiles cannot be read at all, the entries leave without them, and the error is reported. One read for all. */
  async entries<Entry extends { readonly userId: string }>(entries: readonly Entry[]): Promise<readonly (Entry & Profile)[]> {
    if (entries.every((entry) => this.shown.has(entry))) return entries;
    const profiles = await this.find([...new Set(entries.map(({ userId }) => userId))]);
    return entries.map((entry) => withProfile(entry, profiles.get(entry.userId), this.ids.shown(entry.userId)));
  }

  async entry<Entry extends { readonly userId: string }>(entry: Entry): Promise<Entry & Profile> {
    return (await this.entries([entry]))[0]!;
  }

  private announce(userIds: readonly string[]): void {
    for (const listener of this.listeners) listener(userIds);
  }

  private async find(userIds: readonly string[]): Promise<ReadonlyMap<string, Profile | undefined>> {
    this.announce(userIds);
    try {
      const { profiles } = await this.profiles.read(userIds);
      return new Map(userIds.map((userId, i) => [userId, profiles[i]]));
    } catch (error) {
      this.errors.report('profiles cannot be read', error);
      return this.findAtSource(userIds);
    }
  }

  private async findAtSource(userIds: readonly string[]): Promise<ReadonlyMap<string, Profile>> {
    try {
      return (await this.source?.find(userIds)) ?? new Map();
    } catch (error) {
      this.errors.report('profiles cannot be read', error);
      return new Map();
    }
  }
}

/** The profile comes first: V8 copies an entry into an object much faster than it adds properties to a copy. */
function withProfile<Entry extends object>(entry: Entry, { name, avatarUrl }: Profile = {}, userId: string): Entry & Profile {
  if (name === undefined) return avatarUrl === undefined ? { ...entry, userId } : { avatarUrl, ...entry, userId };
  return avatarUrl === undefined ? { name, ...entry, userId } : { name, avatarUrl, ...entry, userId };
}

/** Whether two boards look the same. */
export const looksSame = (a: readonly ShownEntry[], b: readonly ShownEntry[]): boolean =>
  a.length === b.length && a.every((entry, i) => entry.userId === b[i]!.userId && entry.score === b[i]!.score && entry.name === b[i]!.name && entry.avatarUrl === b[i]!.avatarUrl);
