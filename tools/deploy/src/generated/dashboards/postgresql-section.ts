import { type Draft, graph, stat } from './panel';

const DATABASE = 'datname="scoreboard"';
const HIT = `rate(pg_stat_database_blks_hit{${DATABASE}}[$__rate_interval])`;

export const postgresql: readonly Draft[] = [
  stat('Up', 'Whether the exporter reaches it.', 'none', 'min(pg_up)',
    { limits: { warn: 1, alarm: 1, falling: true }, runbook: ['ScoreboardDependencyDown', 'ScoreboardServerUnwatched'] }),
  stat('Size', 'Size of the database scoreboard. History is never deleted.', 'bytes', `sum(pg_database_size_bytes{${DATABASE}})`,
    { limits: { warn: 40 * 2 ** 30, alarm: 50 * 2 ** 30 }, runbook: 'ScoreboardDatabaseGrows' }),
  stat('Connections', 'Share of the allowed connections.', 'percentunit', 'sum(pg_stat_activity_count) / sum(pg_settings_max_connections)',
    { limits: { warn: 0.7, alarm: 0.9 } }),
  stat('Read from memory', 'Share of the blocks that were in its buffers.', 'percentunit',
    `sum(${HIT}) / sum(${HIT} + rate(pg_stat_database_blks_read{${DATABASE}}[$__rate_interval]))`,
    { limits: { warn: 0.95, alarm: 0.8, falling: true } }),
  stat('Longest transaction', 'Old transactions prevent rows from being cleaned up.', 's', `max(pg_stat_activity_max_tx_duration{${DATABASE}})`,
    { limits: { warn: 30, alarm: 300 } }),
  stat('Deadlocks, last hour', 'Batches are written in the order of their users, so there should be none.', 'none',
    `sum(increase(pg_stat_database_deadlocks{${DATABASE}}[1h]))`, { instant: true, decimals: 0, limits: { warn: 1, alarm: 10 } }),
  graph('Connections', 'Open connections, by state.', 'none', { '{{state}}': `sum by (state) (pg_stat_activity_count{${DATABASE}})` }, { stacked: true }),
  graph('Transactions', 'Committed and rolled back, per second.', 'ops',
    { committed: `sum(rate(pg_stat_database_xact_commit{${DATABASE}}[$__rate_interval]))`, 'rolled back': `sum(rate(pg_stat_database_xact_rollback{${DATABASE}}[$__rate_interval]))` }),
  graph('Locks', 'Locks that are held or waited for, by kind.', 'none', { '{{mode}}': `sum by (mode) (pg_locks_count{${DATABASE}}) > 0` },
    { stacked: true }),
];
