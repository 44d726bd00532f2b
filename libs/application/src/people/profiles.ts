import type { Profile, ProfileChange } from '../live/profile';

/**
 * The profiles of all users, durably: the source of truth.
 *
 * Every change has a version, and versions become visible in their order. So a reader that continues after the version it has misses nothing.
 */
export abstract class Profiles {
  /** The profiles of these users, saved or resolved, by user; users without one are absent. */
  abstract find(userIds: readonly string[]): Promise<ReadonlyMap<string, Profile>>;

  /** The same, without those that are only resolved. */
  abstract findSaved(userIds: readonly string[]): Promise<ReadonlyMap<string, Profile>>;

  /**
   * The users whose name, folded, begins with this folded text: at most `limit`, one with exactly this name first. O(log n + limit), however many begin so.
   * A name that `indexNames` has to index is not found before.
   */
  abstract beginningWith(beginning: string, limit: number): Promise<readonly (Profile & { readonly userId: string })[]>;

  /**
   * Makes at most `limit` names findable that are not yet, because an earlier build stored them or their key was replaced; returns how many profiles it
   * looked at. Saved names are findable at once. Any number of processes may call it.
   */
  abstract indexNames(limit: number): Promise<number>;

  /** Replaces a user's profile, also a resolved one. Returns false and changes nothing if it has a name and a moderator took the user's name away. */
  abstract save(userId: string, profile: Profile): Promise<boolean>;

  /**
   * Replaces the resolved profiles of these users; an empty profile removes it. Saved profiles are not changed. Names that a moderator took away are left out.
   * What is the same is not written. Of two concurrent calls either may win.
   */
  abstract saveResolved(profiles: ReadonlyMap<string, Profile>): Promise<void>;

  /** Takes a user's name away for good. The picture stays. Idempotent. */
  abstract takeName(userId: string): Promise<void>;

  /** Lets a user have a name again. It does not bring the old name back. Idempotent. */
  abstract allowName(userId: string): Promise<void>;

  /** The changes after `version`, oldest first, at most `limit`: of each user only the last one; and the version that they lead to. */
  abstract changedSince(version: number, limit: number): Promise<{ readonly changes: readonly ProfileChange[]; readonly version: number }>;
}
