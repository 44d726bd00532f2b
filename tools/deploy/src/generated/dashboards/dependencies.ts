import { CHOSEN, type Outline } from './dashboard';
import { type Draft, graph, perSecond, stat, states } from './panel';

/** Whether an exporter reaches its server, and how many do. */
const up = (title: string, description: string, query: string) =>
  stat(title, description, 'none', query, { warn: 1, alarm: 1, falling: true, runbook: ['ScoreboardDependencyDown', 'ScoreboardServerUnwatched'] });

const DATABASE = 'datname="scoreboard"';
const HIT = `rate(pg_stat_database_blks_hit{${DATABASE}}[$__rate_interval])`;

const postgresql: readonly Draft[] = [
  up('Up', 'Whether the exporter reaches it.', 'min(pg_up)'),
  stat('Size', 'Size of the database scoreboard. History is never deleted.', 'bytes', `sum(pg_database_size_bytes{${DATABASE}})`,
    { warn: 40 * 2 ** 30, alarm: 50 * 2 ** 30, runbook: 'ScoreboardDatabaseGrows' }),
  stat('Connections', 'Share of the allowed connections.', 'percentunit', 'sum(pg_stat_activity_count) / sum(pg_settings_max_connections)',
    { warn: 0.7, alarm: 0.9 }),
  stat('Read from memory', 'Share of the blocks that were in its buffers.', 'percentunit',
    `sum(${HIT}) / sum(${HIT} + rate(pg_stat_database_blks_read{${DATABASE}}[$__rate_interval]))`, { warn: 0.95, alarm: 0.8, falling: true }),
  stat('Longest transaction', 'Old transactions prevent rows from being cleaned up.', 's', `max(pg_stat_activity_max_tx_duration{${DATABASE}})`,
    { warn: 30, alarm: 300 }),
  stat('Deadlocks, last hour', 'Batches are written in the order of their users, so there should be none.', 'none',
    `sum(increase(pg_stat_database_deadlocks{${DATABASE}}[1h]))`, { instant: true, decimals: 0, warn: 1, alarm: 10 }),
  graph('Connections', 'Open connections, by state.', 'none', { '{{state}}': `sum by (state) (pg_stat_activity_count{${DATABASE}})` }, { stacked: true }),
  graph('Transactions', 'Committed and rolled back, per second.', 'ops',
    { committed: perSecond(`pg_stat_database_xact_commit{${DATABASE}}`), 'rolled back': perSecond(`pg_stat_database_xact_rollback{${DATABASE}}`) }),
  graph('Locks', 'Locks that are held or waited for, by kind.', 'none', { '{{mode}}': `sum by (mode) (pg_locks_count{${DATABASE}}) > 0` },
    { stacked: true }),
];

const COMMANDS = 'sum by (cmd) (rate(redis_commands_total[$__rate_interval]))';

const redis: readonly Draft[] = [
  up('Up', 'Whether the exporter reaches it.', 'min(redis_up)'),
  stat('Evicted', 'Keys evicted in the last hour because Redis was full: claimed keys and counts, if maxmemory-policy is volatile-lru.', 'none',
    'sum(increase(redis_evicted_keys_total[1h]))',
    { instant: true, decimals: 0, warn: 1, alarm: 1, runbook: ['ScoreboardRedisMemoryHigh', 'ScoreboardLeaderboardDiffers'] }),
  stat('Refused connections', 'In the last hour, because there were too many.', 'none', 'sum(increase(redis_rejected_connections_total[1h]))',
    { instant: true, decimals: 0, warn: 1, alarm: 1 }),
  stat('Clients', 'Open connections.', 'none', 'sum(redis_connected_clients)'),
  stat('Running for', 'Time since its last start. It starts empty and is filled from PostgreSQL.', 's', 'min(redis_uptime_in_seconds)',
    { warn: 600, alarm: 60, falling: true }),
  stat('Keys', 'Keys in the database that the roles use.', 'none', 'sum(redis_db_keys{db="db0"})', { decimals: 0 }),
  graph('Memory', 'Used memory and, if set, the limit.', 'bytes',
    { used: 'sum(redis_memory_used_bytes)', allowed: 'sum(redis_memory_max_bytes) > 0' }, { runbook: 'ScoreboardRedisMemoryHigh' }),
  graph('Commands', 'Per second, the ten most frequent.', 'ops', { '{{cmd}}': `topk(10, ${COMMANDS})` }, { stacked: true }),
  graph('Time per command', 'Time in Redis itself, for the ten slowest commands.', 's',
    { '{{cmd}}': `topk(10, sum by (cmd) (rate(redis_commands_duration_seconds_total[$__rate_interval])) / (${COMMANDS} > 0))` },
    { warn: 0.01, alarm: 0.1 }),
];

const rabbitmq: readonly Draft[] = [
  up('Nodes', 'Nodes that report metrics.', 'count(rabbitmq_identity_info)'),
  stat('Alarms', 'Memory and disk alarms. While one is active, RabbitMQ accepts no messages.', 'none',
    'sum(rabbitmq_alarms_memory_used_watermark) + sum(rabbitmq_alarms_free_disk_space_watermark)',
    { warn: 1, alarm: 1, runbook: 'ScoreboardQueueBlocked' }),
  stat('Memory', 'Share of the memory limit, above which RabbitMQ accepts no messages, on the fullest node.', 'percentunit',
    'max(rabbitmq_process_resident_memory_bytes / on (instance) rabbitmq_resident_memory_limit_bytes)',
    { warn: 0.7, alarm: 0.9, runbook: 'ScoreboardQueueBlocked' }),
  stat('Free disk', 'On the node with the least.', 'bytes', 'min(rabbitmq_disk_space_available_bytes)',
    { warn: 5 * 2 ** 30, alarm: 2 ** 30, falling: true, runbook: 'ScoreboardQueueBlocked' }),
  stat('Connections', 'Each api has one, each worker two.', 'none', 'sum(rabbitmq_connections)'),
  stat('Consumers', 'Workers that consume scores.commands. With 0, nothing is applied.', 'none',
    'sum(rabbitmq_detailed_queue_consumers{queue="scores.commands"})', { warn: 1, alarm: 1, falling: true, runbook: 'ScoreboardQueueNotDrained' }),
  graph('Messages', 'Per second: confirmed to the api, delivered to workers, acknowledged by them.', 'ops',
    { confirmed: perSecond('rabbitmq_global_messages_confirmed_total'),
      delivered: perSecond('rabbitmq_global_messages_delivered_total'), acknowledged: perSecond('rabbitmq_global_messages_acknowledged_total') }),
  graph('Redelivered', 'Messages per second that were delivered before. A worker that exits causes some; they count once.', 'ops',
    { redelivered: perSecond('rabbitmq_global_messages_redelivered_total') }),
  graph('Queues', 'Messages of each queue.', 'none', { '{{queue}}': 'sum by (queue) (rabbitmq_detailed_queue_messages)' },
    { runbook: 'ScoreboardQueueLong' }),
];

export const dependencies: Outline = {
  title: 'dependencies',
  description: 'The servers that the roles depend on, as the roles see them and by their own metrics, and the processes.',
  variables: ['role', 'instance'],
  sections: {
    'As the roles see it': [
      states('Up', 'Whether each role reaches the servers it depends on. A role keeps running without them, see "What each outage does" in docs/operations.md.',
        { '{{role}}: {{dependency}}': `min by (role, dependency) (scoreboard_dependency_up{${CHOSEN}})` },
        { width: 16, runbook: 'ScoreboardDependencyDown' }),
      graph('Faults', 'Errors that are corrected later, by what went wrong; the log has the details.', 'none',
        { '{{what}}': `sum by (what) (increase(scoreboard_faults_total{${CHOSEN}}[$__rate_interval]))` }, { runbook: 'ScoreboardDependencyDown' }),
    ],
    PostgreSQL: postgresql,
    Redis: redis,
    RabbitMQ: rabbitmq,
    nginx: [
      graph('Requests', 'Per second, including health checks.', 'reqps', { requests: perSecond('nginx_http_requests_total') },
        { width: 12, runbook: 'ScoreboardLoadBalancerDown' }),
      graph('Connections', 'Open connections. Sockets count as writing.', 'none',
        { active: 'sum(nginx_connections_active)', writing: 'sum(nginx_connections_writing)', waiting: 'sum(nginx_connections_waiting)' },
        { width: 12 }),
    ],
    Processes: [
      graph('Processor', 'CPU seconds per second. JavaScript uses at most one core, its helper threads a little more.', 'percentunit',
        `rate(process_cpu_seconds_total{${CHOSEN}}[$__rate_interval])`, { runbook: 'ScoreboardEventLoopSlow' }),
      graph('Memory', 'Resident memory. The Compose file allows 768 MiB.', 'bytes', `process_resident_memory_bytes{${CHOSEN}}`,
        { warn: 500 * 2 ** 20, alarm: 650 * 2 ** 20, runbook: 'ScoreboardMemoryHigh' }),
      graph('Event loop', 'How late a process starts its next task, 99th percentile.', 's',
        `nodejs_eventloop_lag_p99_seconds{${CHOSEN}}`, { warn: 0.1, alarm: 0.2, runbook: 'ScoreboardEventLoopSlow' }),
      graph('Garbage collection', 'Share of the time.', 'percentunit',
        `sum by (role, instance) (rate(nodejs_gc_duration_seconds_sum{${CHOSEN}}[$__rate_interval]))`, { runbook: 'ScoreboardMemoryHigh' }),
      graph('Running for', 'A line that falls to 0 is a restart.', 's', `time() - process_start_time_seconds{${CHOSEN}}`,
        { runbook: 'ScoreboardRoleRestarts' }),
      graph('Certificate expires in', 'For roles that serve TLS themselves.', 's',
        `scoreboard_certificate_expires_timestamp_seconds{${CHOSEN}} - time()`,
        { warn: 30 * 86_400, alarm: 14 * 86_400, falling: true, runbook: 'ScoreboardCertificateExpires' }),
      graph('Listeners that threw', 'Listeners of in-process events that threw, by event: a bug in a metric, a log or an extension.', 'none',
        { '{{event}}': `sum by (event) (increase(scoreboard_event_listener_failures_total{${CHOSEN}}[$__rate_interval]))` }),
    ],
  },
};
