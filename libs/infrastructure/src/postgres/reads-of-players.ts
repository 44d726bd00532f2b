// Reads of one user's history that cost the same however long it is. The range of users and the order keep PostgreSQL at the index of users, see HISTORY.

/** One event of the user: the first from a sequence number on (`ASC`), or the last. */
const OWN = (condition: string, order: 'ASC' | 'DESC') =>
  `(SELECT seq, at, score_after FROM score_event WHERE leaderboard_id = $1 AND user_id = $2 AND ${condition} ORDER BY user_id ${order}, seq ${order} LIMIT 1)`;

/**
 * The user's score right after each of the moments `$3`, which are whole milliseconds. Events are written in the order of their numbers, but no index has their times: each moment is found by
 * a binary search over the numbers, in which each step reads one event. The last event before the moment is between `low` and `high`.
 */
export const SCORES_AT = `
  WITH RECURSIVE search AS (
    SELECT moment, place, first.seq AS low, last.seq AS high
      FROM unnest($3::timestamptz[]) WITH ORDINALITY AS asked(moment, place) CROSS JOIN ${OWN('true', 'ASC')} AS first CROSS JOIN ${OWN('true', 'DESC')} AS last
     UNION ALL
    SELECT moment, place, CASE WHEN at < moment + interval '1 ms' THEN seq ELSE low END, CASE WHEN at < moment + interval '1 ms' THEN high ELSE middle - 1 END
      FROM search CROSS JOIN LATERAL (SELECT (low + high + 1) / 2 AS middle) AS half CROSS JOIN LATERAL ${OWN('seq >= middle', 'ASC')} AS found
     WHERE low < high
  )
  SELECT place, CASE WHEN at < moment + interval '1 ms' THEN score_after ELSE 0 END AS score
    FROM search CROSS JOIN LATERAL ${OWN('seq >= low', 'ASC')} AS found
   WHERE low >= high`;

/** The actions of the user's newest `$3` events with most points; at most `$4`. */
export const BEST_ACTIONS = `
  SELECT action, sum(score_increment) AS points
    FROM (SELECT action, score_increment FROM score_event WHERE leaderboard_id = $1 AND user_id = $2 ORDER BY user_id DESC, seq DESC LIMIT $3) AS newest
   WHERE action IS NOT NULL
   GROUP BY action HAVING sum(score_increment) > 0
   ORDER BY points DESC, action LIMIT $4`;
