import { isRanked, Leaderboard, type Place, ScoreLedger, type Standing } from '@scoreboard/domain';
import type { RebuildLeaderboard } from './rebuild-leaderboard';

/** Standings compared in one look. */
const PAGE = 1_000;

/**
 * Compares the leaderboard with the ledger, user by user, all the time, and mends what differs.
 *
 * `FollowLedger` mends what was never delivered; this finds what was delivered and is wrong all the same (a key that was
 * evicted or edited, a ledger that was restored beneath the leaderboard). A pass over n users takes n / 1,000 looks. What
 * the leaderboard lacks is put again; what no put can mend (it claims to be newer than the ledger) rebuilds it.
 */
export class AuditLeaderboard {
  /** `differences`: found in the last whole pass, 0 where all is well; the others since the start. */
  readonly stats = { compared: 0, passes: 0, differences: 0, mended: 0 };
  private after?: string;
  private found = 0;

  constructor(
    private readonly ledger: ScoreLedger,
    private readonly leaderboard: Leaderboard,
    private readonly rebuild: RebuildLeaderboard,
  ) {}

  /** Compares one page; to be done every second or so. Throws `LeaderboardNotReady` where it became cold meanwhile. */
  async look(): Promise<void> {
    const position = await this.leaderboard.position();
    if (!position) return; // cold: `FollowLedger` is at it
    const page = await this.ledger.standings(this.after, PAGE);
    const places = await this.leaderboard.places(page.map((standing) => standing.userId));
    // What is above the watermark may still be on its way.
    const due = page.map((standing, i) => ({ standing, place: places[i] })).filter(({ standing }) => standing.version <= position.watermark);
    const lacking = due.filter(({ standing, place }) => !place || place.version < standing.version).map(({ standing }) => standing);
    const wrong = await this.wrongBeyondMending(due);
    await this.mend(lacking, wrong, position.watermark);
    this.count(page, lacking.length + wrong);
  }

  /** How many places are at odds with the ledger although no put would be taken for newer. */
  private async wrongBeyondMending(due: readonly { readonly standing: Standing; readonly place?: Place }[]): Promise<number> {
    let wrong = 0;
    for (const { standing, place } of due) {
      if (!place || place.version < standing.version) continue;
      // The place was read later, so it may be newer; then the ledger is, too.
      const now = place.version === standing.version ? standing : await this.ledger.standing(standing.userId);
      if (!now || now.version < place.version || (now.version === place.version && !isSame(now, place))) wrong++;
    }
    return wrong;
  }

  private async mend(lacking: readonly Standing[], wrong: number, watermark: number): Promise<void> {
    if (wrong) await this.rebuild.execute();
    else if (lacking.length) await this.leaderboard.put(lacking, { from: watermark, to: watermark });
    this.stats.mended += wrong + lacking.length;
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
