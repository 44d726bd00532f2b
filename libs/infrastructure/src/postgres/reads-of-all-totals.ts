// Reads that scan every total, for the time in which the leaderboard is not ready. The plus lets PostgreSQL read the totals in the table's order, not
// in that of an index, which no such read needs.

const IS_RANKED = '+leaderboard_id = $1 AND NOT hidden AND score > 0';

export const PLAYERS = `SELECT count(*) AS players FROM score_total WHERE ${IS_RANKED}`;

/**
 * If there are more than a million totals: their number times the share of this leaderboard, both from PostgreSQL's statistics. Otherwise users are counted,
 * also if the statistics do not know the leaderboard: it is new or small, or the database is embedded. The limit bounds the count if there are no
 * statistics, as after a restore of a dump.
 */
export const USER_COUNT = `
  SELECT coalesce(
    (SELECT (reltuples * share)::bigint
       FROM pg_class
       JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
       JOIN pg_stats ON schemaname = nspname AND tablename = relname AND attname = 'leaderboard_id'
      CROSS JOIN unnest(most_common_vals::text::text[], most_common_freqs) AS common (id, share)
      WHERE pg_class.oid = 'score_total'::regclass AND reltuples > 1000000 AND id = ($1::bigint)::text),
    (SELECT count(*) FROM (SELECT FROM score_total WHERE leaderboard_id = $1 LIMIT 10000000) AS counted)) AS users`;

export const BEST = `SELECT user_id, score, reached_at, version, hidden FROM score_total WHERE ${IS_RANKED} ORDER BY score DESC, reached_at LIMIT $2`;

/** Rows are numbered outside, so that PostgreSQL keeps only the best while it sorts. */
export const TOP = `
  SELECT user_id, score, $2::bigint - 1 + row_number() OVER () AS rank
    FROM (SELECT user_id, score FROM score_total WHERE ${IS_RANKED} ORDER BY score DESC, reached_at OFFSET $2::bigint - 1 LIMIT $3) AS best`;

/** These users, best first. */
export const RANKED = `
  SELECT user_id, score, rank
    FROM (SELECT user_id, score, row_number() OVER (ORDER BY score DESC, reached_at) AS rank FROM score_total WHERE ${IS_RANKED}) AS ranked
   WHERE user_id = ANY($2::text[]) ORDER BY rank`;

/**
 * A user with the neighbors on either side. It reads every total three times, once if the radius is 0: to count who is ranked higher, and for the
 * nearest users above and below. The pair (score, -reached_at) orders like the board.
 */
export const AROUND = `
  WITH own AS MATERIALIZED (SELECT user_id, score, reached_at FROM score_total WHERE leaderboard_id = $1 AND user_id = $2 AND NOT hidden AND score > 0),
       ranked AS NOT MATERIALIZED (SELECT user_id, score, reached_at FROM score_total WHERE ${IS_RANKED}),
       higher AS (SELECT user_id, score, reached_at FROM ranked WHERE (score, -reached_at) > (SELECT score, -reached_at FROM own) ORDER BY score, reached_at DESC LIMIT $3),
       lower AS (SELECT user_id, score, reached_at FROM ranked WHERE (score, -reached_at) < (SELECT score, -reached_at FROM own) ORDER BY score DESC, reached_at LIMIT $3),
       shown AS (SELECT * FROM higher UNION ALL SELECT * FROM own UNION ALL SELECT * FROM lower)
  SELECT user_id, score,
         (SELECT count(*) FROM ranked WHERE (score, -reached_at) > (SELECT score, -reached_at FROM own)) - (SELECT count(*) FROM higher)
           + row_number() OVER (ORDER BY score DESC, reached_at) AS rank
    FROM shown ORDER BY rank`;
