/** SQL for boards as they are in an old system: `forever` was added after the updates there are; `day` has a closed period of 2020 with one total, and the one of tomorrow, so that the worker opens none of those between. */
export const OLD_BOARDS = `
  INSERT INTO board (id, definition) VALUES
    ('forever', '{"id": "forever", "timezone": "UTC", "keep": 12}'),
    ('day', '{"id": "day", "reset": "daily", "timezone": "UTC", "keep": 12}'),
    ('week', '{"id": "week", "reset": "weekly", "timezone": "UTC", "keep": 12}');
  SELECT open_period('forever', 'all', to_timestamp(0), 'infinity', NULL);
  SELECT open_period('day', '2020-01-01', '2020-01-01', '2020-01-02', NULL);
  SELECT close_period(key) FROM board_period WHERE board = 'day';
  SELECT open_period('day', to_char(tomorrow AT TIME ZONE 'UTC', 'YYYY-MM-DD'), tomorrow, tomorrow + interval '1 day', NULL)
    FROM (SELECT date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '1 day' AS tomorrow) AS next;
  SELECT tell_closing();
  INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version) SELECT key, 'ann', 1, 1, 1 FROM board_period WHERE board = 'day' AND id = '2020-01-01';`;
