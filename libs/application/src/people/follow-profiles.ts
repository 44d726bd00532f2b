import { BoardFeed } from '../live/board-feed';
import { MAX_COPIED, ShownProfiles } from '../live/shown-profiles';
import { Profiles } from './profiles';

/**
 * Copies the changes of profiles to where boards are read, and tells every process on the feed. Any number of processes may run this: one of them
 * copies a change, and the others find it done.
 */
export class FollowProfiles {
  constructor(
    private readonly profiles: Profiles,
    private readonly shown: ShownProfiles,
    private readonly feed: BoardFeed,
  ) {}

  /** Copies what is missing; call it about every second, and after a change. Fills an empty copy, and one that is ahead because the database was restored. */
  async look(): Promise<void> {
    for (let isLast = false; !isLast; ) isLast = await this.copyPage();
  }

  /** Whether nothing is missing any more. */
  private async copyPage(): Promise<boolean> {
    const held = await this.shown.position();
    const { changes, version } = await this.profiles.changedSince(held.version, MAX_COPIED);
    if (version === held.version) return true;
    if (version < held.version) {
      await this.shown.clear();
      return false;
    }
    // Where another process has copied it meanwhile, that process tells the others.
    const isCopied = await this.shown.put(changes, held.mark, version);
    if (isCopied && changes.length) await this.feed.publish({ userIds: changes.map(({ userId }) => userId), profiles: version });
    return false;
  }
}
