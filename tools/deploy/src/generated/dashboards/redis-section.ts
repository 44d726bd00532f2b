import { type Draft, graph, stat } from './panel';

const COMMANDS = 'sum by (cmd) (rate(redis_commands_total[$__rate_interval]))';

export const redis: readonly Draft[] = [
  stat('Up', 'Whether the exporter reaches it.', 'none', 'min(redis_up)',
    { limits: { warn: 1, alarm: 1, falling: true }, runbook: ['ScoreboardDependencyDown', 'ScoreboardServerUnwatched'] }),
  stat('Evicted', 'Keys evicted in the last hour because Redis was full: claimed keys and counts, if maxmemory-policy is volatile-lru.', 'none',
    'sum(increase(redis_evicted_keys_total[1h]))',
    { instant: true, decimals: 0, limits: { warn: 1, alarm: 1 }, runbook: ['ScoreboardRedisMemoryHigh', 'ScoreboardLeaderboardDiffers'] }),
  stat('Refused connections', 'In the last hour, because there were too many.', 'none', 'sum(increase(redis_rejected_connections_total[1h]))',
    { instant: true, decimals: 0, limits: { warn: 1, alarm: 1 } }),
  stat('Clients', 'Open connections.', 'none', 'sum(redis_connected_clients)'),
  stat('Running for', 'Time since its last start. It starts empty and is filled from PostgreSQL.', 's', 'min(redis_uptime_in_seconds)',
    { limits: { warn: 600, alarm: 60, falling: true } }),
  stat('Keys', 'Keys in the database that the roles use.', 'none', 'sum(redis_db_keys{db="db0"})', { decimals: 0 }),
  graph('Memory', 'Used memory and, if set, the limit.', 'bytes',
    { used: 'sum(redis_memory_used_bytes)', allowed: 'sum(redis_memory_max_bytes) > 0' }, { runbook: 'ScoreboardRedisMemoryHigh' }),
  graph('Commands', 'Per second, the ten most frequent.', 'ops', { '{{cmd}}': `topk(10, ${COMMANDS})` }, { stacked: true }),
  graph('Time per command', 'Time in Redis itself, for the ten slowest commands.', 's',
    { '{{cmd}}': `topk(10, sum by (cmd) (rate(redis_commands_duration_seconds_total[$__rate_interval])) / (${COMMANDS} > 0))` },
    { limits: { warn: 0.01, alarm: 0.1 } }),
];
