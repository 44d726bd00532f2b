// What players did before an update: the facts by which rules judge it. `$1` is the ledger, `$2` are the numbers of the updates to judge.

/** How many of a player's updates are looked at. */
const LOOK = 500;

/** Updates that were sent: not hidings, not reversals, not what came back with a flag or moved from a guest, which has an id of the ledger's own, and not imports, which have no moment. */
const SENT = `score_increment > 0 AND substr(command_id::text, 15, 1) <> '4' AND (accepted_at IS NULL OR accepted_at > 'epoch')`;

/** The judged updates, with the moment of their acceptance. */
const JUDGED = `
  unnest($2::bigint[]) AS judged(seq)
  CROSS JOIN LATERAL (SELECT user_id, action, coalesce(accepted_at, at) AS moment FROM score_event WHERE leaderboard_id = $1 AND score_event.seq = judged.seq AND ${SENT} LIMIT 1) AS event`;

/** The player's updates up to this number, the newest first. The order by user leaves only the index of a user's events. */
const OF_PLAYER = (operator: '<' | '<=') => `
  (SELECT score_increment, action, coalesce(accepted_at, at) AS moment FROM score_event
    WHERE leaderboard_id = $1 AND user_id = event.user_id AND seq ${operator} judged.seq AND ${SENT} ORDER BY user_id DESC, seq DESC LIMIT ${LOOK}) AS past`;

const FITS = (patterns: string) => `(${patterns}::text[] IS NULL OR past.action LIKE ANY (${patterns}::text[]))`;

/** Within `$3` seconds, of the actions `$4`. */
export const RATES = `
  SELECT judged.seq, count(*) AS updates, sum(past.score_increment) AS points
    FROM ${JUDGED} CROSS JOIN LATERAL ${OF_PLAYER('<=')}
   WHERE past.moment > event.moment - $3::double precision * interval '1 second' AND past.moment <= event.moment AND ${FITS('$4')}
   GROUP BY judged.seq`;

/**
 * Of the actions `$3`. The updates of all are read once for each hundred of the ledger that the judged ones are in. Without the lower bound, a plan that was made
 * while the table was small would read and sort all of it.
 */
export const USUAL = `
  WITH board AS MATERIALIZED (
    SELECT start, count(score_increment) AS updates, percentile_disc(0.5) WITHIN GROUP (ORDER BY score_increment) AS median
      FROM (SELECT DISTINCT seq - seq % 100 AS start FROM unnest($2::bigint[]) AS judged(seq)) AS hundred
      LEFT JOIN LATERAL (SELECT score_increment, action FROM score_event WHERE leaderboard_id = $1 AND seq >= start - 2000 AND seq < start AND ${SENT} ORDER BY leaderboard_id DESC, seq DESC LIMIT 1000) AS past
        ON ${FITS('$3')}
     GROUP BY start
  )
  SELECT judged.seq, own.updates AS own_updates, own.median AS own_median, board.updates AS board_updates, board.median AS board_median
    FROM ${JUDGED}
    JOIN board ON board.start = judged.seq - judged.seq % 100
   CROSS JOIN LATERAL (
     SELECT count(*) AS updates, percentile_disc(0.5) WITHIN GROUP (ORDER BY score_increment) AS median
       FROM (SELECT score_increment FROM ${OF_PLAYER('<')} WHERE ${FITS('$3')} LIMIT 100) AS newest) AS own`;

/** The time to the nearest earlier update of the same action: nearest, because updates may be applied in another order than they were accepted. */
export const INTERVALS = `
  SELECT judged.seq, min(abs(extract(epoch FROM event.moment - past.moment)))::double precision AS seconds
    FROM ${JUDGED} CROSS JOIN LATERAL ${OF_PLAYER('<')}
   WHERE past.action = event.action
   GROUP BY judged.seq`;
