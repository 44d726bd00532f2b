import { Refusal } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import type { Profile } from '../live/profile';
import { Profiles } from './profiles';

/** Reads a user's profile; public. Refusals: `unknown-profile`, `ledger-unavailable`. */
export class ReadProfile {
  constructor(
    private readonly profiles: Profiles,
    private readonly errors: ErrorReporter,
  ) {}

  async execute(userId: string): Promise<Profile> {
    const profile = (await readLedger(this.errors, () => this.profiles.find([userId]))).get(userId);
    if (!profile) throw new Refusal('unknown-profile');
    return profile;
  }
}
