import { CHOSEN, type Outline } from './dashboard';
import { type Draft, graph, stat, states } from './panel';

const DATABASE = 'datname="scoreboard"';
const HIT = `rate(pg_stat_database_blks_hit{${DATABASE}}[$__rate_interval])`;

const postgresql: readonly Draft[] = [
  stat('Up', 'Whether the exporter reaches it.', 'none', 'min(pg_up)',
    { limits: { warn: 1, alarm: 1, falling: true }, runbook: ['ScoreboardDependencyDown', 'ScoreboardServerUnwatched'] }),
  stat('Size', 'Of the database scoreboard. History is never deleted.', 'bytes', `sum(pg_database_size_bytes{${DATABASE}})`,
    { limits: { warn: 40 * 2 ** 30, alarm: 50 * 2 ** 30 }, runbook: 'ScoreboardDatabaseGrows' }),
  stat('Connections', 'Part of the connections that are allowed.', 'percentunit', 'sum(pg_stat_activity_count) / sum(pg_settings_max_connections)',
    { limits: { warn: 0.7, alarm: 0.9 } }),
  stat('Read from memory', 'Part of the blocks that were in its buffers.', 'percentunit',
    `sum(${HIT}) / sum(${HIT} + rate(pg_stat_database_blks_read{${DATABASE}}[$__rate_interval]))`,
    { limits: { warn: 0.95, alarm: 0.8, falling: true } }),
  stat('Longest transaction', 'Old transactions keep rows from being cleaned up.', 's', `max(pg_stat_activity_max_tx_duration{${DATABASE}})`,
    { limits: { warn: 30, alarm: 300 } }),
  stat('Deadlocks, last hour', 'Batches are written in the order of their users, so there should be none.', 'none',
    `sum(increase(pg_stat_database_deadlocks{${DATABASE}}[1h]))`, { instant: true, decimals: 0, limits: { warn: 1, alarm: 10 } }),
  graph('Connections', 'By what they do.', 'none', { '{{state}}': `sum by (state) (pg_stat_activity_count{${DATABASE}})` }, { stacked: true }),
  graph('Transactions', 'In a second, committed and rolled back.', 'ops',
    { committed: `sum(rate(pg_stat_database_xact_commit{${DATABASE}}[$__rate_interval]))`, 'rolled back': `sum(rate(pg_stat_database_xact_rollback{${DATABASE}}[$__rate_interval]))` }),
  graph('Locks', 'Locks that are held or waited for, by kind.', 'none', { '{{mode}}': `sum by (mode) (pg_locks_count{${DATABASE}}) > 0` },
    { stacked: true }),
];

const COMMANDS = 'sum by (cmd) (rate(redis_commands_total[$__rate_interval]))';

const redis: readonly Draft[] = [
  stat('Up', 'Whether the exporter reaches it.', 'none', 'min(redis_up)',
    { limits: { warn: 1, alarm: 1, falling: true }, runbook: ['ScoreboardDependencyDown', 'ScoreboardServerUnwatched'] }),
  stat('Evicted', 'Keys that it threw away in an hour since it was full: claimed keys and counts, where maxmemory-policy is volatile-lru.', 'none',
    'sum(increase(redis_evicted_keys_total[1h]))',
    { instant: true, decimals: 0, limits: { warn: 1, alarm: 1 }, runbook: ['ScoreboardRedisMemoryHigh', 'ScoreboardLeaderboardDiffers'] }),
  stat('Refused connections', 'In an hour, since it had too many.', 'none', 'sum(increase(redis_rejected_connections_total[1h]))',
    { instant: true, decimals: 0, limits: { warn: 1, alarm: 1 } }),
  stat('Clients', 'Connections that are open now.', 'none', 'sum(redis_connected_clients)'),
  stat('Running for', 'Since its last start: it starts empty, and is filled from PostgreSQL.', 's', 'min(redis_uptime_in_seconds)',
    { limits: { warn: 600, alarm: 60, falling: true } }),
  stat('Keys', 'Keys of the database that the roles use.', 'none', 'sum(redis_db_keys{db="db0"})', { decimals: 0 }),
  graph('Memory', 'What it uses and, where that is set, what it may use.', 'bytes',
    { used: 'sum(redis_memory_used_bytes)', allowed: 'sum(redis_memory_max_bytes) > 0' }, { runbook: 'ScoreboardRedisMemoryHigh' }),
  graph('Commands', 'In a second, the ten most frequent.', 'ops', { '{{cmd}}': `topk(10, ${COMMANDS})` }, { stacked: true }),
  graph('Time of a command', 'In Redis itself, of the ten commands that take longest.', 's',
    { '{{cmd}}': `topk(10, sum by (cmd) (rate(redis_commands_duration_seconds_total[$__rate_interval])) / (${COMMANDS} > 0))` },
    { limits: { warn: 0.01, alarm: 0.1 } }),
];

const rabbitmq: readonly Draft[] = [
  stat('Nodes', 'Nodes that tell of themselves.', 'none', 'count(rabbitmq_identity_info)',
    { limits: { warn: 1, alarm: 1, falling: true }, runbook: ['ScoreboardDependencyDown', 'ScoreboardServerUnwatched'] }),
  stat('Alarms', 'Memory and disk alarms. While one is up it takes no messages.', 'none',
    'sum(rabbitmq_alarms_memory_used_watermark) + sum(rabbitmq_alarms_free_disk_space_watermark)',
    { limits: { warn: 1, alarm: 1 }, runbook: 'ScoreboardQueueBlocked' }),
  stat('Memory', 'Part of what it may use before it takes no more messages, of the fullest node.', 'percentunit',
    'max(rabbitmq_process_resident_memory_bytes / on (instance) rabbitmq_resident_memory_limit_bytes)',
    { limits: { warn: 0.7, alarm: 0.9 }, runbook: 'ScoreboardQueueBlocked' }),
  stat('Free disk', 'Of the node with the least.', 'bytes', 'min(rabbitmq_disk_space_available_bytes)',
    { limits: { warn: 5 * 2 ** 30, alarm: 2 ** 30, falling: true }, runbook: 'ScoreboardQueueBlocked' }),
  stat('Connections', 'Each api has one, each worker two.', 'none', 'sum(rabbitmq_connections)'),
  stat('Consumers', 'Workers that take from scores.commands. With 0 nothing is applied.', 'none',
    'sum(rabbitmq_detailed_queue_consumers{queue="scores.commands"})',
    { limits: { warn: 1, alarm: 1, falling: true }, runbook: 'ScoreboardQueueNotDrained' }),
  graph('Messages', 'In a second: confirmed to the api, delivered to workers, acknowledged by them.', 'ops',
    { confirmed: 'sum(rate(rabbitmq_global_messages_confirmed_total[$__rate_interval]))', delivered: 'sum(rate(rabbitmq_global_messages_delivered_total[$__rate_interval]))', acknowledged: 'sum(rate(rabbitmq_global_messages_acknowledged_total[$__rate_interval]))' }),
  graph('Delivered once more', 'Messages in a second that were delivered before. A worker that ended makes some; they count once.', 'ops',
    { redelivered: 'sum(rate(rabbitmq_global_messages_redelivered_total[$__rate_interval]))' }),
  graph('Queues', 'Messages of each queue.', 'none', { '{{queue}}': 'sum by (queue) (rabbitmq_detailed_queue_messages)' },
    { runbook: 'ScoreboardQueueLong' }),
];

const PROCESS = '{{role}} {{instance}}';

export const dependencies: Outline = {
  title: 'dependencies',
  description: 'What the roles lean on, as they see it and as the servers tell of themselves, and the processes.',
  variables: ['role', 'instance'],
  sections: {
    'As the roles see it': [
      states('Up', 'Whether each role reaches what it leans on. A role goes on without, see "What each outage does" in docs/operations.md.',
        { '{{role}}: {{dependency}}': `min by (role, dependency) (scoreboard_dependency_up{${CHOSEN}})` },
        { width: 16, runbook: 'ScoreboardDependencyDown' }),
      graph('Faults', 'Faults that are mended later, by what went wrong; the log tells more.', 'none',
        { '{{what}}': `sum by (what) (increase(scoreboard_faults_total{${CHOSEN}}[$__rate_interval]))` }, { runbook: 'ScoreboardDependencyDown' }),
    ],
    PostgreSQL: postgresql,
    Redis: redis,
    RabbitMQ: rabbitmq,
    nginx: [
      graph('Requests', 'In a second, health checks among them.', 'reqps', { requests: 'sum(rate(nginx_http_requests_total[$__rate_interval]))' },
        { width: 12, runbook: 'ScoreboardLoadBalancerDown' }),
      graph('Connections', 'Open now: sockets are among those written to.', 'none',
        { active: 'sum(nginx_connections_active)', writing: 'sum(nginx_connections_writing)', waiting: 'sum(nginx_connections_waiting)' },
        { width: 12 }),
    ],
    Processes: [
      graph('Processor', 'Seconds of processor in a second; JavaScript uses one core at most, its helpers a little more.', 'percentunit',
        { [PROCESS]: `rate(process_cpu_seconds_total{${CHOSEN}}[$__rate_interval])` }, { runbook: 'ScoreboardEventLoopSlow' }),
      graph('Memory', 'Resident. The Compose file allows 768 MiB.', 'bytes', { [PROCESS]: `process_resident_memory_bytes{${CHOSEN}}` },
        { limits: { warn: 500 * 2 ** 20, alarm: 650 * 2 ** 20 }, runbook: 'ScoreboardMemoryHigh' }),
      graph('Event loop', 'How late a process comes to its next task, for one in a hundred.', 's',
        { [PROCESS]: `nodejs_eventloop_lag_p99_seconds{${CHOSEN}}` }, { limits: { warn: 0.1, alarm: 0.2 }, runbook: 'ScoreboardEventLoopSlow' }),
      graph('Garbage collection', 'Part of the time.', 'percentunit',
        { [PROCESS]: `sum by (role, instance) (rate(nodejs_gc_duration_seconds_sum{${CHOSEN}}[$__rate_interval]))` },
        { runbook: 'ScoreboardMemoryHigh' }),
      graph('Running for', 'A line that falls to 0 is a restart.', 's', { [PROCESS]: `time() - process_start_time_seconds{${CHOSEN}}` },
        { runbook: 'ScoreboardRoleRestarts' }),
      graph('Certificate ends in', 'Of the roles that serve TLS themselves.', 's',
        { [PROCESS]: `scoreboard_certificate_expires_timestamp_seconds{${CHOSEN}} - time()` },
        { limits: { warn: 30 * 86_400, alarm: 14 * 86_400, falling: true }, runbook: 'ScoreboardCertificateExpires' }),
      graph('Listeners that threw', 'Listeners of in-process events that threw, by event: a fault in a metric, a log or an extension.', 'none',
        { '{{event}}': `sum by (event) (increase(scoreboard_event_listener_failures_total{${CHOSEN}}[$__rate_interval]))` }),
    ],
  },
};
