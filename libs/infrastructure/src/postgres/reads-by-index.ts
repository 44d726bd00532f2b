// Reads that are prepared: PostgreSQL keeps one plan for any parameters, see `Database.prepared`.

/**
 * A rejection counts only if there is no event: an operator may have sent a dead letter again. The inner subquery hides the number of ids, so that
 * PostgreSQL expects equal costs for every number, and keeps one plan.
 */
export const OUTCOMES = `
  SELECT outcome.* FROM unnest((SELECT $2::uuid[])) AS asked(id)
   CROSS JOIN LATERAL (
     SELECT command_id, user_id, score_increment, issued_by, issuer, seq, score_after, NULL AS reason
       FROM score_event WHERE +leaderboard_id = $1 AND command_id = asked.id
     UNION ALL
     SELECT command_id, user_id, score_increment, issued_by, issuer, NULL, NULL, reason
       FROM score_rejection WHERE leaderboard_id = $1 AND command_id = asked.id
      ORDER BY reason NULLS FIRST LIMIT 1) AS outcome`;

/**
 * One page of a user's events; those with 0 points hide the user or show the user again. A range of users in the order of the index, instead of one
 * user in the order of `seq`, keeps PostgreSQL from reading the newest events of all users, which it would do where it expects few users. The
 * subqueries hide the values, so that it keeps one plan.
 */
export const HISTORY = `
  SELECT command_id, score_increment, score_after, action, reverses, moved, at, seq FROM score_event
   WHERE leaderboard_id = $1 AND (user_id, seq) < ((SELECT $2::text), $3) AND user_id >= (SELECT $2::text) AND score_increment <> 0
   ORDER BY user_id DESC, seq DESC LIMIT (SELECT $4::integer)`;

/** The profiles whose names have codes in a range. Reads at most the limit, whatever the range. */
export const NAMES = 'SELECT user_id, shown FROM profile WHERE name_code >= $1 AND name_code < $2 ORDER BY name_code LIMIT (SELECT $3::integer)';
