import { grants, type Identity } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import type { Profile } from '../live/profile';
import { ChangeProfile } from './change-profile';
import { type Checked, checkAvatarUrl, checkName } from './player-name';
import { Profiles } from './profiles';
import { ReservedNames } from './reserved-names';

/** The players that are remembered, so that what their tokens say is written once. */
const REMEMBERED = 50_000;

/** After this long a failed write is tried again, in ms. */
const RETRY_MS = 5_000;

/**
 * Names players as their tokens do, in the background: a token can make no request slower or fail it. What a token leaves out stays as it is; what is
 * invalid is ignored, and reported once for each player and process.
 */
export class NamePlayers {
  /** What was last read from the tokens of each player, the oldest first. */
  private readonly said = new Map<string, string>();

  constructor(
    private readonly profiles: Profiles,
    private readonly change: ChangeProfile,
    private readonly reserved: ReservedNames,
    private readonly errors: ErrorReporter,
  ) {}

  /** Call it for each verified token. O(1); writes only what this process has not written. */
  see(identity: Identity): void {
    const { userId, profile } = identity;
    if (userId === undefined || !profile || !(grants(identity, 'scores:write') || identity.actionGrant)) return;
    const text = JSON.stringify(profile);
    if (this.said.get(userId) === text) return;
    this.remember(userId, text);
    void this.name(userId, profile).catch((error: unknown) => {
      this.errors.report('a player cannot be named', error);
      this.said.delete(userId);
      setTimeout(() => this.see(identity), RETRY_MS).unref();
    });
  }

  private async name(userId: string, { name, avatarUrl }: Profile): Promise<void> {
    const said = { ...this.valid('name', name, (text) => (this.reserved.has(text) ? { problem: 'is reserved, or looks like a name that is' } : checkName(text))), ...this.valid('avatarUrl', avatarUrl, checkAvatarUrl) };
    if (!Object.keys(said).length) return;
    const held = (await this.profiles.findSaved([userId])).get(userId);
    // A name that a moderator took away is not written; neither is the picture of the same token then.
    await this.change.save(userId, { ...held, ...said });
  }

  private valid(part: keyof Profile, text: string | undefined, check: (text: string) => Checked): Profile {
    if (text === undefined) return {};
    const { value, problem } = check(text);
    if (problem === undefined) return { [part]: value };
    this.errors.report('a token names a player in an invalid way', new Error(`${part} ${problem}`));
    return {};
  }

  private remember(userId: string, text: string): void {
    this.said.delete(userId);
    this.said.set(userId, text);
    if (this.said.size > REMEMBERED) this.said.delete(this.said.keys().next().value!);
  }
}
