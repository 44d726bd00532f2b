import type { Profile, ProfileChange } from './profile';

/** The maximum number of changes in one put: Redis serves nobody else meanwhile. */
export const MAX_COPIED = 200;

/** How far the profiles are copied. */
export interface ProfilesPosition {
  /** The version of the last change that was copied; 0 if there is nothing. */
  readonly version: number;
  /** Changes with every write, so that a writer notices another one. */
  readonly mark: string;
}

/**
 * The profiles of all users where boards are read: fast, and safe to lose. `Profiles` is the truth; `FollowProfiles` copies it.
 *
 * A read returns the profiles of one version, whole. The version only falls if the copy is lost or cleared; then it is filled again.
 */
export abstract class ShownProfiles {
  /** The profiles of these users, in this order, and their version. O(users), one round trip. */
  abstract read(userIds: readonly string[]): Promise<{ readonly version: number; readonly profiles: readonly (Profile | undefined)[] }>;

  abstract position(): Promise<ProfilesPosition>;

  /** Copies at most `MAX_COPIED` changes, up to `version`, in their order. Does nothing and returns false if anything was written since the position `mark`. */
  abstract put(changes: readonly ProfileChange[], mark: string, version: number): Promise<boolean>;

  /** Removes one user at once, without a version: a change that is being copied meanwhile is not put. */
  abstract forget(userId: string): Promise<void>;

  /** Removes everything. */
  abstract clear(): Promise<void>;
}
