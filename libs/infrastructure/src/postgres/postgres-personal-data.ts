import { PersonalData } from '@scoreboard/application';
import type { Database } from './database';
import { GLOBAL } from './ledger-rows';

/**
 * User ids in the database: events, rejections, the total, the profile, the list of hidden users, and the audit log (as target, actor or detail;
 * the addresses of the actor are deleted, and an operator of the same name is left unchanged). These are renamed in one transaction,
 * for which writers wait. Before it, in pages, the user is renamed as the service (`issued_by`) in events and rejections of other users.
 * Last, profile and shown ids are erased, and the user's flags with their events; as the moderator who decided about flags, the user is renamed.
 */
export class PostgresPersonalData extends PersonalData {
  constructor(
    private readonly database: Database,
    /** Number of events scanned per statement, because no index covers `issued_by`. */
    private readonly pageSize = 50_000,
  ) {
    super();
  }

  /** O(all events). */
  async count(userId: string): Promise<number> {
    let asked = 0;
    for await (const { found } of this.pagesOfEvents(userId)) asked += found;
    const [row] = await this.database.query<{ count: string }>(
      `SELECT (SELECT count(*) FROM score_event WHERE leaderboard_id = $1 AND user_id = $2)
            + (SELECT count(*) FROM score_total WHERE leaderboard_id = $1 AND user_id = $2)
            + (SELECT count(*) FROM board_period JOIN score_total ON leaderboard_id = key WHERE user_id = $2)
            + (SELECT count(*) FROM score_rejection WHERE +leaderboard_id = $1 AND user_id = $2)
            + (SELECT count(*) FROM score_rejection WHERE +leaderboard_id = $1 AND issued_by = $2)
            + (SELECT count(*) FROM hidden_user WHERE leaderboard_id = $1 AND (user_id = $2 OR hidden_by = $2))
            + (SELECT count(*) FROM guest_claim WHERE guest_id = $2 OR player_id = $2)
            + (SELECT count(*) FROM player_flag WHERE user_id = $2)
            + (SELECT count(*) FROM player_flag WHERE settled_by = $2)
            + (SELECT count(*) FROM profile WHERE user_id = $2)
            + (SELECT count(*) FROM public_id WHERE user_id = $2)
            + (SELECT count(*) FROM player_page WHERE user_id = $2)
            + (SELECT count(*) FROM (SELECT id FROM audit_log WHERE target = $2
                UNION SELECT id FROM audit_log WHERE actor = $2 AND NOT coalesce(details ? 'console', false)
                UNION SELECT id FROM audit_log WHERE details @? format('strict $.* ? (@ == %s)', to_jsonb($2::text))::jsonpath) AS entry) AS count`,
      [GLOBAL, userId],
    );
    return asked + Number(row!.count);
  }

  /** O(all events). `progress` is called with the number of scanned events. */
  async rename(userId: string, pseudonym: string, progress?: (done: number) => void): Promise<number> {
    const asked = await this.renameInEventsOfOthers(userId, pseudonym, progress);
    const [rejected] = await this.database.query<{ renamed: string }>(
      `WITH renamed AS (UPDATE score_rejection SET issued_by = $3 WHERE +leaderboard_id = $1 AND issued_by = $2 RETURNING 1) SELECT count(*) AS renamed FROM renamed`,
      [GLOBAL, userId, pseudonym],
    );
    const [own] = await this.database.query<{ renamed: string }>(
      'SELECT rename_user($1::smallint, $2, $3) AS renamed',
      [GLOBAL, userId, pseudonym],
    );
    return asked + Number(rejected!.renamed) + Number(own!.renamed) + (await this.eraseFlags(userId, pseudonym)) + (await this.eraseProfile(userId, pseudonym));
  }

  private async eraseFlags(userId: string, pseudonym: string): Promise<number> {
    const [row] = await this.database.query<{ erased: string }>(
      `WITH gone AS (DELETE FROM player_flag WHERE user_id = $1 RETURNING 1),
            renamed AS (UPDATE player_flag SET settled_by = $2 WHERE settled_by = $1 AND user_id <> $1 RETURNING 1)
       SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM renamed) AS erased`,
      [userId, pseudonym],
    );
    return Number(row!.erased);
  }

  /** Shown ids no longer lead to the user. The row of the profile stays under the pseudonym, as a change without a profile: processes that copy profiles remove it. */
  private async eraseProfile(userId: string, pseudonym: string): Promise<number> {
    const [row] = await this.database.query<{ erased: string }>(
      `WITH head AS (UPDATE profile_version SET version = version + 1 RETURNING version),
            gone AS (DELETE FROM public_id WHERE user_id = $1 RETURNING 1),
            page AS (DELETE FROM player_page WHERE user_id = $1 RETURNING 1),
            erased AS (UPDATE profile SET user_id = $2, shown = NULL, name_code = NULL, version = head.version FROM head WHERE user_id = $1 RETURNING 1)
       SELECT (SELECT count(*) FROM erased) + (SELECT count(*) FROM gone) + (SELECT count(*) FROM page) AS erased`,
      [userId, pseudonym],
    );
    return Number(row!.erased);
  }

  private async renameInEventsOfOthers(userId: string, pseudonym: string, progress?: (done: number) => void): Promise<number> {
    let [renamed, looked] = [0, 0];
    for await (const { after, upTo, size, found } of this.pagesOfEvents(userId)) {
      if (found) {
        await this.database.query('UPDATE score_event SET issued_by = $5 WHERE leaderboard_id = $1 AND seq > $2 AND seq <= $3 AND issued_by = $4', [GLOBAL, after, upTo, userId, pseudonym]);
      }
      renamed += found;
      progress?.((looked += size));
    }
    return renamed;
  }

  /** The pages of the ledger, with the number of events in each that this user issued. */
  private async *pagesOfEvents(userId: string): AsyncGenerator<{ readonly after: number; readonly upTo: number; readonly size: number; readonly found: number }> {
    for (let after = 0, isLast = false; !isLast; ) {
      const [row] = await this.database.query<{ up_to: string | null; size: string; found: string }>(
        `SELECT max(seq) AS up_to, count(*) AS size, count(*) FILTER (WHERE issued_by = $3) AS found
           FROM (SELECT seq, issued_by FROM score_event WHERE leaderboard_id = $1 AND seq > $2 ORDER BY seq LIMIT $4) AS page`,
        [GLOBAL, after, userId, this.pageSize],
      );
      const page = { after, upTo: Number(row!.up_to), size: Number(row!.size), found: Number(row!.found) };
      if (page.size) yield page;
      isLast = page.size < this.pageSize;
      after = page.upTo;
    }
  }
}
