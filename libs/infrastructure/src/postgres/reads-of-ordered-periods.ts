// Reads of a closed period by its order (`write_order`): they read one row for each thousand users, and the places of one or two such blocks.

/** Whether the period has an order. */
export const IS_ORDERED = 'SELECT FROM board_period WHERE key = $1 AND ordered_at IS NOT NULL AND dropped_at IS NULL';

export const ORDERED_PLAYERS = 'SELECT coalesce(sum(players), 0) AS players FROM period_block WHERE period = $1';

/**
 * These users, best first: who is in better blocks, and who is not behind the user in the user's own. LIMIT leaves only a look-up for each user: with `ANY`, PostgreSQL reads
 * every total of a period that its statistics do not know yet.
 */
export const ORDERED_RANKED = `
  SELECT own.user_id, own.score,
         (SELECT coalesce(sum(players), 0) FROM period_block WHERE period = $1 AND (score, late) > (block.score, block.late))
           + (SELECT count(*) FROM unnest(block.scores, block.places) AS other(score, place) WHERE (other.score, -other.place) >= (own.score, -own.reached_at)) AS rank
    FROM (SELECT DISTINCT unnest($2::text[]) AS id) AS asked
   CROSS JOIN LATERAL (SELECT user_id, score, reached_at FROM score_total WHERE leaderboard_id = $1 AND user_id = asked.id AND NOT hidden AND score > 0 LIMIT 1) AS own
   CROSS JOIN LATERAL (SELECT * FROM period_block WHERE period = $1 AND (score, late) <= (own.score, -own.reached_at) ORDER BY score DESC, late DESC LIMIT 1) AS block
   ORDER BY rank`;

/** `$3` users from rank `$2` on. A place is the number of an event of its user. */
export const ORDERED_TOP = `
  WITH block AS (SELECT scores, places, players, sum(players) OVER (ORDER BY score DESC, late DESC) - players AS before FROM period_block WHERE period = $1),
       chosen AS MATERIALIZED (SELECT * FROM block WHERE before + players >= $2::bigint AND before < $2::bigint - 1 + $3::integer),
       place AS (SELECT one.score, one.place, (SELECT min(before) FROM chosen) + row_number() OVER (ORDER BY one.score DESC, one.place) AS rank
                   FROM chosen CROSS JOIN unnest(scores, places) AS one(score, place))
  SELECT event.user_id, place.score, rank FROM place
   CROSS JOIN LATERAL (SELECT user_id FROM score_event WHERE leaderboard_id = 1 AND seq = place.place LIMIT 1) AS event
   WHERE rank >= $2::bigint AND rank < $2::bigint + $3::integer ORDER BY rank`;
