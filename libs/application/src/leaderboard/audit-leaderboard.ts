import { isRanked, Leaderboard, type Place, ScoreLedger, type Standing } from '@scoreboard/domain';
import type { RebuildLeaderboard } from './rebuild-leaderboard';

/** Number of standings compared at once. Redis serves nobody else while it looks them up. */
const PAGE = 200;

/** Maximum number of pages per call of `look`: with a call each second, a pass takes at least 3.3 minutes per million users. */
const PAGES = 25;

/** No page begins later in a call: a twentieth of each second, however long the servers take. Without it, the audit took most of a busy Redis. */
const WORK_MS = 50;

/**
 * Continuously compares the leaderboard with the ledger, user by user, and repairs differences.
 *
 * `FollowLedger` recovers changes that were never delivered. This class finds standings that were delivered but are wrong
 * (an evicted or edited key, or a ledger restored to an older state). A pass over n users takes at least n / 5,000 calls of `look`. Missing
 * and outdated standings are put again; if a put cannot fix a standing because it seems newer than the ledger, the leaderboard is rebuilt.
 */
export class AuditLeaderboard {
  /** `differences`: found in the last complete pass, normally 0. The others are totals since the start. */
  readonly stats = { compared: 0, passes: 0, differences: 0, repaired: 0 };
  private after?: string;
  private found = 0;

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly rebuild: RebuildLeaderboard,
    /** How long a call of `look` begins pages, in milliseconds. */
    private readonly workMs = WORK_MS,
  ) {}

  /** Compares 200 to 5,000 standings, fewer the busier the servers are, or those that are left of the pass; call it about every second. Throws `LeaderboardNotReady` if the leaderboard stops being ready during the call. */
  async look(): Promise<void> {
    const end = performance.now() + this.workMs;
    for (let page = 1, isLast = await this.comparePage(); page < PAGES && !isLast && performance.now() < end; page++) isLast = await this.comparePage();
  }

  /** Whether the pass ends here. */
  private async comparePage(): Promise<boolean> {
    const position = await this.leaderboard.position();
    if (!position) return true; // not ready: `FollowLedger` rebuilds it
    const page = await this.ledger.standings(this.after, PAGE);
    const places = await this.leaderboard.places(page.map((standing) => standing.userId));
    // Standings above the watermark may still be on their way.
    const due = page.map((standing, i) => ({ standing, place: places[i] })).filter(({ standing }) => standing.version <= position.watermark);
    const lacking = due.filter(({ standing, place }) => !place || place.version < standing.version).map(({ standing }) => standing);
    const wrong = await this.countUnrepairable(due);
    await this.repair(lacking, wrong, position.watermark);
    this.count(page, lacking.length + wrong);
    return this.after === undefined;
  }

  /** Number of places that differ from the ledger although a put would be ignored as not newer. */
  private async countUnrepairable(due: readonly { readonly standing: Standing; readonly place?: Place }[]): Promise<number> {
    let wrong = 0;
    for (const { standing, place } of due) {
      if (!place || place.version < standing.version) continue;
      // The place was read after the page, so it may be newer; then the ledger must be newer too.
      const now = place.version === standing.version ? standing : await this.ledger.standing(standing.userId);
      if (!now || now.version < place.version || (now.version === place.version && !isSame(now, place))) wrong++;
    }
    return wrong;
  }

  private async repair(lacking: readonly Standing[], wrong: number, watermark: number): Promise<void> {
    if (wrong) await this.rebuild.execute();
    else if (lacking.length) await this.leaderboard.put(lacking, { from: watermark, to: watermark });
    this.stats.repaired += wrong + lacking.length;
  }

  private count(page: readonly Standing[], differences: number): void {
    this.stats.compared += page.length;
    this.found += differences;
    this.after = page.length < PAGE ? undefined : page.at(-1)!.userId;
    if (this.after !== undefined) return;
    this.stats.passes++;
    this.stats.differences = this.found;
    this.found = 0;
  }
}

const isSame = (standing: Standing, place: Place): boolean => standing.score === place.score && isRanked(standing) === (place.rank !== null);
