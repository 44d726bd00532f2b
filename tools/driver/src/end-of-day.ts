import { psql } from '@scoreboard/harness';

/** The day of the board `day` ends after so many ms, instead of at midnight, and the next begins. Resolves with the key of the period. */
export const endDay = async (postgres: Parameters<typeof psql>[0], afterMs: number): Promise<number> =>
  parseInt(await psql(postgres, `
    WITH ending AS (UPDATE board_period SET ends_at = clock_timestamp() + interval '${afterMs} ms' WHERE board = 'day' AND starts_at <= now() AND now() < ends_at RETURNING key, ends_at)
    UPDATE board_period AS next SET starts_at = ending.ends_at FROM ending WHERE board = 'day' AND starts_at > now() RETURNING ending.key`));
