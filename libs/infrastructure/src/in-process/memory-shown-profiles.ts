import { type Profile, type ProfileChange, type ProfilesPosition, ShownProfiles } from '@scoreboard/application';

/** The profiles in memory, in a process that has no Redis. */
export class MemoryShownProfiles extends ShownProfiles {
  private readonly profiles = new Map<string, Profile>();
  private version = 0;
  private writes = 0;

  async read(userIds: readonly string[]): Promise<{ readonly version: number; readonly profiles: readonly (Profile | undefined)[] }> {
    return { version: this.version, profiles: userIds.map((userId) => this.profiles.get(userId)) };
  }

  async position(): Promise<ProfilesPosition> {
    return { version: this.version, mark: String(this.writes) };
  }

  async put(changes: readonly ProfileChange[], mark: string, version: number): Promise<boolean> {
    if (mark !== String(this.writes)) return false;
    for (const { userId, profile } of changes) {
      if (profile) this.profiles.set(userId, profile);
      else this.profiles.delete(userId);
    }
    this.version = version;
    this.writes++;
    return true;
  }

  async forget(userId: string): Promise<void> {
    this.profiles.delete(userId);
    this.writes++;
  }

  async clear(): Promise<void> {
    this.profiles.clear();
    this.version = 0;
    this.writes++;
  }
}
