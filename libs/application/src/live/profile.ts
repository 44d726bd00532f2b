/** How a user appears to others. Both parts are public, and checked (`checkName`, `checkAvatarUrl`). */
export interface Profile {
  readonly name?: string;
  /** `https://…` */
  readonly avatarUrl?: string;
}

/** The current profile of one user; undefined if the user has none any more. */
export interface ProfileChange {
  readonly userId: string;
  readonly profile: Profile | undefined;
}
