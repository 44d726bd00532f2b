// Reads of the ledger as a log of events. Zero points hide a user and show the user again, in turn: an odd number of such events means hidden.
// The plus leaves only the index of these events, and not the one of all events of a user.

const HIDINGS = (user: string, seq: string) =>
  `(SELECT count(*) % 2 = 1 FROM score_event AS hiding WHERE hiding.user_id = ${user} AND +hiding.leaderboard_id = $1 AND hiding.score_increment = 0 AND hiding.seq <= ${seq})`;

/** The event of this number. The range and its order leave only the primary key: an index that begins with the leaderboard would read all of its events. */
const EVENT = (seq: string) => `LATERAL (SELECT user_id, at FROM score_event WHERE leaderboard_id = $1 AND seq >= ${seq} ORDER BY seq LIMIT 1)`;

/** The number of the newest event, of the leaderboard `$1`. Not `max(seq)`: for that, PostgreSQL reads every event while its statistics say that the table is empty. */
export const NEWEST_SEQ = '(SELECT seq FROM score_event WHERE leaderboard_id = $1 ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)';

/** How far the changes of the top ten are derived: without an end if there is no event that they lack. The order leaves only the primary key, as above. */
const TOP_EDGE = `
  coalesce((SELECT CASE WHEN (SELECT seq FROM score_event WHERE leaderboard_id = $1 AND score_event.seq > watch.seq ORDER BY seq LIMIT 1) IS NULL
                        THEN ${Number.MAX_SAFE_INTEGER} ELSE watch.seq END
              FROM top_watch AS watch WHERE leaderboard_id = $1), 0)`;

/** What `board.closed` tells, as JSON. */
const CLOSING = `
  json_build_object('board', board, 'period', id, 'start', nullif((extract(epoch FROM starts_at) * 1000)::bigint, 0),
    'end', CASE WHEN ends_at < 'infinity' THEN (extract(epoch FROM ends_at) * 1000)::bigint END, 'players', players,
    'entries', (SELECT coalesce(json_agg(json_build_object('rank', held.rank, 'userId', owner.user_id, 'score', held.score) ORDER BY held.rank), '[]')
                  FROM unnest(places, scores) WITH ORDINALITY AS held(reached_at, score, rank) CROSS JOIN ${EVENT('held.reached_at')} AS owner))`;

/**
 * The events after `($2, $3)`: up to where the changes of the top ten are derived if `$5`, and before the first closing that is not told if `$8`. `$4`
 * numbers of the ledger are looked at, and closings and, if `$9`, flags as far; `$6` are the types that are wanted, `$7` is how many. Without an event, the row says only how far the look went.
 */
export const EVENTS = `
  WITH edge AS MATERIALIZED (
    SELECT least(CASE WHEN $5::boolean THEN ${TOP_EDGE} ELSE ${Number.MAX_SAFE_INTEGER} END,
                 CASE WHEN $8::boolean THEN (SELECT min(seq) - 1 FROM board_closing WHERE players IS NULL) END) AS seq
  ), look AS MATERIALIZED (
    SELECT seq, user_id, at, command_id, score_increment, score_after, action, reverses, moved FROM score_event
     WHERE leaderboard_id = $1 AND seq > $2 AND seq <= (SELECT seq FROM edge) ORDER BY seq LIMIT $4
  ), closing AS MATERIALIZED (
    SELECT seq, period, players, places, scores FROM board_closing
     WHERE $8::boolean AND seq > $2 AND seq <= (SELECT seq FROM edge) AND ((SELECT count(*) FROM look) < $4 OR seq < (SELECT max(seq) FROM look)) ORDER BY seq LIMIT $7
  ), flagged AS MATERIALIZED (
    SELECT seq, flag, type, at FROM flag_event
     WHERE $9::boolean AND seq > $2 AND seq <= (SELECT seq FROM edge) AND ((SELECT count(*) FROM look) < $4 OR seq < (SELECT max(seq) FROM look)) AND type = ANY($6::text[]) ORDER BY seq LIMIT $7
  ), reach AS MATERIALIZED (
    SELECT greatest((SELECT max(seq) FROM look), (SELECT max(seq) FROM closing), (SELECT max(seq) FROM flagged), $2::bigint) AS seq
  ), event AS (
    SELECT seq, 0::smallint AS place, at, user_id,
           CASE WHEN reverses IS NOT NULL THEN 'score.reversed' WHEN score_increment > 0 THEN 'score.applied'
                WHEN ${HIDINGS('look.user_id', 'look.seq')} THEN 'user.hidden' ELSE 'user.shown' END AS type,
           command_id, score_increment, score_after AS score, action, reverses, moved, NULL::smallint AS rank, NULL::json AS closing, NULL::json AS flag
      FROM look
     UNION ALL
    SELECT change.seq, change.place, cause.at, owner.user_id, CASE WHEN is_entered THEN 'top.entered' ELSE 'top.left' END,
           NULL, NULL, change.score, NULL, NULL, NULL, change.rank, NULL, NULL
      FROM top_change AS change
     CROSS JOIN ${EVENT('change.seq')} AS cause
     CROSS JOIN ${EVENT('change.user_seq')} AS owner
     WHERE $5::boolean AND change.leaderboard_id = $1 AND change.seq <= (SELECT seq FROM reach) AND (change.seq, change.place) > ($2, $3::smallint)
     UNION ALL
    SELECT seq, 0::smallint, closed_at, NULL, 'board.closed', NULL, NULL, NULL, NULL, NULL, NULL, NULL, ${CLOSING}, NULL
      FROM closing JOIN board_period ON key = period
     UNION ALL
    SELECT seq, 0::smallint, at, user_id, type, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           json_build_object('flag', id, 'rule', rule, 'weight', weight, 'reason', reason, 'holds', holds)
      FROM flagged JOIN player_flag ON id = flagged.flag
  )
  SELECT reach.seq AS reach, wanted.* FROM reach
    LEFT JOIN (SELECT * FROM event WHERE type = ANY($6::text[]) ORDER BY seq, place LIMIT $7) AS wanted ON true
   ORDER BY wanted.seq, wanted.place`;

/** The next `$2` events of the ledger after those from which the top ten is derived, as far as they can change its remembered places; with these places. */
export const TOP_PAGE = `
  WITH watch AS MATERIALIZED (SELECT * FROM top_watch WHERE leaderboard_id = $1),
  place AS MATERIALIZED (
    SELECT event.user_id, held.score, held.reached_at, held.rank
      FROM watch CROSS JOIN LATERAL unnest(places, scores) WITH ORDINALITY AS held(reached_at, score, rank)
     CROSS JOIN ${EVENT('held.reached_at')} AS event
  ), page AS MATERIALIZED (
    SELECT seq, user_id, score_increment, score_after FROM score_event
     WHERE leaderboard_id = $1 AND seq > (SELECT seq FROM watch) ORDER BY seq LIMIT $2
  )
  SELECT watch.seq, bound_score, bound_reached, (SELECT max(seq) FROM page) AS page_end, (SELECT count(*) FROM page) AS looked,
         (SELECT coalesce(json_agg(json_build_object('userId', user_id, 'score', score, 'reachedAt', reached_at) ORDER BY rank), '[]') FROM place) AS places,
         (SELECT coalesce(json_agg(json_build_object('seq', seq, 'userId', user_id, 'score', score_after,
                   'reachedAt', CASE WHEN score_increment <> 0 THEN seq ELSE (
                      SELECT scored.seq FROM score_event AS scored WHERE scored.leaderboard_id = $1 AND scored.user_id = page.user_id AND scored.seq < page.seq
                         AND scored.score_increment <> 0 ORDER BY scored.user_id DESC, scored.seq DESC LIMIT 1) END,
                   'hidden', ${HIDINGS('page.user_id', 'page.seq')}) ORDER BY seq), '[]')
            FROM page WHERE score_increment = 0 OR score_after >= bound_score OR user_id IN (SELECT user_id FROM place)) AS events
    FROM watch`;

/** The best `$3` users right after the event `$2` (default: the newest). Totals that changed since are taken from the history. Reads every total, O(n). */
export const BEST_AT = `
  WITH moment AS MATERIALIZED (
    SELECT coalesce($2::bigint, ${NEWEST_SEQ}, 0) AS seq
  ), standing AS (
    SELECT user_id, score, reached_at FROM score_total, moment WHERE +leaderboard_id = $1 AND version <= moment.seq AND NOT hidden AND score > 0
     UNION ALL
    SELECT total.user_id, last.score_after, last.seq FROM moment, score_total AS total
     CROSS JOIN LATERAL (SELECT score_after, seq FROM score_event WHERE leaderboard_id = $1 AND user_id = total.user_id AND seq <= moment.seq AND score_increment <> 0
                          ORDER BY user_id DESC, seq DESC LIMIT 1) AS last
     WHERE +total.leaderboard_id = $1 AND total.version > moment.seq AND last.score_after > 0 AND NOT ${HIDINGS('total.user_id', 'moment.seq')}
  )
  SELECT (SELECT seq FROM moment) AS seq,
         (SELECT coalesce(json_agg(json_build_object('userId', user_id, 'score', score, 'reachedAt', reached_at) ORDER BY score DESC, reached_at), '[]')
            FROM (SELECT * FROM standing ORDER BY score DESC, reached_at LIMIT $3) AS best) AS places`;

/** Nothing if another process began. */
export const BEGIN_WATCH = `
  INSERT INTO top_watch (leaderboard_id, seq, places, scores, bound_score, bound_reached) VALUES ($1, $2, $3::bigint[], $4::bigint[], $5, $6) ON CONFLICT DO NOTHING`;

/** Stores the changes from `$2` to `$3`, unless another process has done it. */
export const MOVE_WATCH = `
  WITH moved AS (
    UPDATE top_watch SET seq = $3, places = $4::bigint[], scores = $5::bigint[], bound_score = $6, bound_reached = $7 WHERE leaderboard_id = $1 AND seq = $2 RETURNING seq
  )
  INSERT INTO top_change (leaderboard_id, seq, place, is_entered, user_seq, score, rank)
  SELECT $1, change.* FROM moved, unnest($8::bigint[], $9::smallint[], $10::boolean[], $11::bigint[], $12::bigint[], $13::smallint[]) AS change`;
