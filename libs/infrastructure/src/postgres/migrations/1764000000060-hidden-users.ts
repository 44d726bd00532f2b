import type { MigrationInterface, QueryRunner } from 'typeorm';

const OLDER = 'set_hidden(smallint, text, boolean)';
const INSIDE = 'set_hidden_in_ledger(smallint, text, boolean)';
const ADDED = 'set_hidden(smallint, text, boolean, text, text)';
const RENAMING = 'rename_hidden_user(smallint, text, text), keep_operator_name(text, text)';

/**
 * `hidden_user` holds who is hidden now, since when, why and by whom, so that a page of the list is read without looking at totals,
 * events or the audit trail.
 *
 * `set_hidden` keeps it, around the function that had this name before. With three arguments it is for an api of an older build, which
 * gives no reason.
 *
 * `rename_hidden_user` and `keep_operator_name` go with `rename_user`, in one statement. An operator's name is no user's id: who forgets a
 * user of the same name leaves the operator's entries as they are.
 */
export class HiddenUsers1764000000060 implements MigrationInterface {
  readonly name = 'HiddenUsers1764000000060';

  async up(runner: QueryRunner): Promise<void> {
    const [{ schema }] = (await runner.query('SELECT quote_ident(current_schema()) AS schema')) as [{ schema: string }];
    const ofTheOwner = `SECURITY DEFINER SET search_path = ${schema}, pg_temp`;
    await runner.query(TABLE);
    await runner.query('CREATE UNIQUE INDEX hidden_user_seq ON hidden_user (leaderboard_id, seq)');
    await runner.query(BACKFILL);
    await runner.query(`ALTER FUNCTION ${OLDER} RENAME TO set_hidden_in_ledger`);
    await runner.query(setHidden(ofTheOwner));
    await runner.query(setHiddenWithoutReason(ofTheOwner));
    await runner.query(renameHiddenUser(ofTheOwner));
    await runner.query(keepOperatorName(ofTheOwner));
    await runner.query(`REVOKE EXECUTE ON FUNCTION ${OLDER}, ${ADDED}, ${RENAMING} FROM PUBLIC`);
    await handOverGrants(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${OLDER}, ${ADDED}, ${RENAMING}`);
    await runner.query('ALTER FUNCTION set_hidden_in_ledger RENAME TO set_hidden');
    await runner.query('DROP TABLE hidden_user');
  }
}

const TABLE = `
  CREATE TABLE hidden_user (
    leaderboard_id smallint    NOT NULL,
    user_id        text        NOT NULL COLLATE "C",
    seq            bigint      NOT NULL,
    since          timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason         text,
    hidden_by      text        COLLATE "C",
    PRIMARY KEY (leaderboard_id, user_id)
  )`;

/** Who is hidden already: since the event that hid them, with the newest reason in the audit trail. */
const BACKFILL = `
  INSERT INTO hidden_user (leaderboard_id, user_id, seq, since, reason, hidden_by)
  SELECT total.leaderboard_id, total.user_id, coalesce(hiding.seq, total.version), coalesce(hiding.at, clock_timestamp()), entry.reason, entry.actor
    FROM score_total AS total
    LEFT JOIN LATERAL (SELECT seq, at FROM score_event AS event
                        WHERE event.leaderboard_id = total.leaderboard_id AND event.user_id = total.user_id AND score_increment = 0
                        ORDER BY seq DESC LIMIT 1) AS hiding ON true
    LEFT JOIN LATERAL (SELECT reason, actor FROM audit_log WHERE target = total.user_id AND act = 'hide' ORDER BY at DESC LIMIT 1) AS entry ON true
   WHERE total.hidden`;

const setHidden = (ofTheOwner: string) => `
  CREATE FUNCTION set_hidden(
    board smallint, target text, is_hidden boolean, why text, moderator text,
    OUT range_from bigint, OUT range_to bigint, OUT standings text
  ) LANGUAGE plpgsql ${ofTheOwner}
  AS $$
  BEGIN
    SELECT changed.range_from, changed.range_to, changed.standings INTO range_from, range_to, standings
      FROM set_hidden_in_ledger(board, target, is_hidden) AS changed;
    IF range_to > range_from AND is_hidden THEN
      INSERT INTO hidden_user (leaderboard_id, user_id, seq, reason, hidden_by) VALUES (board, target, range_to, why, moderator)
      ON CONFLICT (leaderboard_id, user_id) DO UPDATE
         SET seq = excluded.seq, since = excluded.since, reason = excluded.reason, hidden_by = excluded.hidden_by;
    ELSIF range_to > range_from THEN
      DELETE FROM hidden_user WHERE leaderboard_id = board AND user_id = target COLLATE "C";
    ELSIF is_hidden AND why IS NOT NULL THEN
      UPDATE hidden_user SET reason = why, hidden_by = moderator WHERE leaderboard_id = board AND user_id = target COLLATE "C";
    END IF;
  END $$`;

const setHiddenWithoutReason = (ofTheOwner: string) => `
  CREATE FUNCTION set_hidden(board smallint, target text, is_hidden boolean, OUT range_from bigint, OUT range_to bigint, OUT standings text)
  LANGUAGE sql ${ofTheOwner}
  AS $$ SELECT * FROM set_hidden(board, target, is_hidden, NULL, NULL) $$`;

const renameHiddenUser = (ofTheOwner: string) => `
  CREATE FUNCTION rename_hidden_user(board smallint, target text, pseudonym text) RETURNS bigint
  LANGUAGE plpgsql ${ofTheOwner}
  AS $$
  DECLARE
    renamed bigint;
  BEGIN
    UPDATE hidden_user SET
      user_id   = CASE WHEN user_id = target COLLATE "C" THEN pseudonym ELSE user_id END,
      hidden_by = CASE WHEN hidden_by = target COLLATE "C" THEN pseudonym ELSE hidden_by END
     WHERE leaderboard_id = board AND (user_id = target COLLATE "C" OR hidden_by = target COLLATE "C");
    GET DIAGNOSTICS renamed = ROW_COUNT;
    RETURN renamed;
  END $$`;

/** After `rename_user`: gives the name back to the entries that were made at a console, and tells how many those are. */
const keepOperatorName = (ofTheOwner: string) => `
  CREATE FUNCTION keep_operator_name(name text, pseudonym text) RETURNS bigint
  LANGUAGE plpgsql ${ofTheOwner}
  AS $$
  DECLARE
    kept bigint;
  BEGIN
    UPDATE audit_log SET actor = name WHERE actor = pseudonym AND pseudonym LIKE 'forgotten-%' AND details ? 'console';
    GET DIAGNOSTICS kept = ROW_COUNT;
    RETURN kept;
  END $$`;

/** Who might call the function of this name before may call the new one, and not the one inside it. */
async function handOverGrants(runner: QueryRunner): Promise<void> {
  const grantees = (await runner.query(
    `SELECT quote_ident(rolname) AS name FROM pg_proc, aclexplode(proacl) AS entry, pg_roles
      WHERE pg_proc.oid = $1::regprocedure AND pg_roles.oid = entry.grantee AND entry.grantee <> proowner`,
    [INSIDE],
  )) as { name: string }[];
  for (const { name } of grantees) {
    await runner.query(`GRANT EXECUTE ON FUNCTION ${OLDER} TO ${name}`);
    await runner.query(`REVOKE EXECUTE ON FUNCTION ${INSIDE} FROM ${name}`);
  }
}
