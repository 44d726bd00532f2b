import { assertMayName, grants, type Identity, Refusal } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { changeLedger } from '../errors/ledger-reads';
import type { Profile } from '../live/profile';
import { FollowProfiles } from './follow-profiles';
import { Profiles } from './profiles';
import { ReservedNames } from './reserved-names';

/**
 * Replaces a user's profile: by the user with `scores:write`, by a service with `profiles:write:any`. Durable on return; boards show it within a second.
 *
 * Refusals: `insufficient-scope`, `foreign-user`, `no-user`, `name-reserved` for a reserved name, except by a service, `name-taken-away` for a name
 * after a moderator took it away, `ledger-unavailable`.
 */
export class ChangeProfile {
  constructor(
    private readonly profiles: Profiles,
    private readonly follow: FollowProfiles,
    private readonly reserved: ReservedNames,
    private readonly errors: ErrorReporter,
  ) {}

  async execute(identity: Identity, userId: string, profile: Profile): Promise<void> {
    assertMayName(identity, userId);
    if (profile.name !== undefined && this.reserved.has(profile.name) && !grants(identity, 'profiles:write:any')) {
      throw new Refusal('name-reserved', { detail: 'This name is reserved, or looks like one that is. Choose another one.' });
    }
    if (!(await this.save(userId, profile))) throw new Refusal('name-taken-away', { detail: 'A moderator took this name away. Ask the operator; a picture can still be set.' });
  }

  /** Returns false if a moderator took the name away. The same profile again is not written. */
  async save(userId: string, profile: Profile): Promise<boolean> {
    return changeLedger(this.errors, async () => {
      const held = (await this.profiles.findSaved([userId])).get(userId);
      if (isSame(held ?? {}, profile)) return true;
      const isSaved = await this.profiles.save(userId, profile);
      if (isSaved) await this.follow.look().catch((error: unknown) => this.errors.report('profiles cannot be copied', error)); // done again within a second
      return isSaved;
    });
  }
}

const isSame = (a: Profile, b: Profile): boolean => a.name === b.name && a.avatarUrl === b.avatarUrl;
