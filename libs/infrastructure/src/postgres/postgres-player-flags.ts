import { type BrokenRule, type FlagPosition, type FlagState, type PlayerFlag, PlayerFlags, type RaisedFlags, type SettledFlag } from '@scoreboard/application';
import type { Database } from './database';
import { type ChangeRow, GLOBAL, toChange } from './ledger-rows';

type FlagRow = {
  readonly id: string;
  readonly user_id: string;
  readonly rule: string;
  readonly weight: number;
  readonly reason: string;
  readonly holds: boolean;
  readonly state: FlagState;
  readonly raised_at: Date;
  readonly updates: number;
  readonly points: string | null;
  readonly settled_at: Date | null;
  readonly settled_by: string | null;
  readonly note: string | null;
};

/** A flag with the points of its updates. `$1` is the ledger. */
const FLAG = `
  SELECT flag.*, (SELECT sum(score_increment) FROM flag_update JOIN score_event AS event ON leaderboard_id = $1 AND event.seq = flag_update.seq WHERE flag_update.flag = flag.id) AS points
    FROM player_flag AS flag`;

/** `PlayerFlags` on PostgreSQL and on the embedded database, which supports the same SQL. */
export class PostgresPlayerFlags extends PlayerFlags {
  constructor(private readonly database: Database) {
    super();
  }

  async raise(broken: readonly BrokenRule[]): Promise<RaisedFlags> {
    const [row] = await this.database.query<ChangeRow & { raised: number }>('SELECT * FROM raise_flags($1::smallint, $2::text[], $3::bigint[], $4::smallint[], $5::text[], $6::boolean[])', [
      GLOBAL,
      broken.map(({ rule }) => rule),
      broken.map(({ sequence }) => sequence),
      broken.map(({ weight }) => weight),
      broken.map(({ reason }) => reason),
      broken.map(({ holds }) => holds),
    ]);
    return { ...toChange(row!), raised: row!.raised };
  }

  async settle(id: number, outcome: FlagState, by: string, note: string): Promise<SettledFlag> {
    const [row] = await this.database.query<ChangeRow & { is_changed: boolean; changed_updates: number; points: string }>(
      'SELECT * FROM settle_flag($1::smallint, $2::bigint, $3, $4, $5)',
      [GLOBAL, id, outcome, by, note],
    );
    return { ...toChange(row!), isChanged: row!.is_changed, updates: row!.changed_updates, points: Number(row!.points) };
  }

  async list(state: FlagState, limit: number, after?: FlagPosition): Promise<readonly PlayerFlag[]> {
    const rows = await this.database.query<FlagRow>(
      `${FLAG} WHERE state = $2 AND ($3::smallint IS NULL OR (weight, id) < ($3::smallint, $4::bigint)) ORDER BY weight DESC, id DESC LIMIT $5`,
      [GLOBAL, state, after?.weight, after?.id, limit],
    );
    return rows.map(toFlag);
  }

  async find(id: number): Promise<PlayerFlag | undefined> {
    const [row] = await this.database.query<FlagRow>(`${FLAG} WHERE id = $2`, [GLOBAL, id]);
    return row && toFlag(row);
  }

  async countOpen(): Promise<number> {
    const [row] = await this.database.query<{ count: string }>(`SELECT count(*) FROM player_flag WHERE state = 'open'`);
    return Number(row!.count);
  }
}

const toFlag = ({ id, user_id: userId, raised_at: raisedAt, points, settled_at: at, settled_by: by, note, rule, weight, reason, holds, state, updates }: FlagRow): PlayerFlag => ({
  ...{ id: Number(id), userId, rule, weight, reason, holds, state, raisedAt, updates, points: Number(points) },
  ...(at !== null && by !== null && { settled: { by, at, note: note ?? '' } }),
});
