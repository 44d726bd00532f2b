import { type Draft, graph, stat } from './panel';

export const rabbitmq: readonly Draft[] = [
  stat('Nodes', 'Nodes that report metrics.', 'none', 'count(rabbitmq_identity_info)',
    { limits: { warn: 1, alarm: 1, falling: true }, runbook: ['ScoreboardDependencyDown', 'ScoreboardServerUnwatched'] }),
  stat('Alarms', 'Memory and disk alarms. While one is active, RabbitMQ accepts no messages.', 'none',
    'sum(rabbitmq_alarms_memory_used_watermark) + sum(rabbitmq_alarms_free_disk_space_watermark)',
    { limits: { warn: 1, alarm: 1 }, runbook: 'ScoreboardQueueBlocked' }),
  stat('Memory', 'Share of the memory limit, above which RabbitMQ accepts no messages, on the fullest node.', 'percentunit',
    'max(rabbitmq_process_resident_memory_bytes / on (instance) rabbitmq_resident_memory_limit_bytes)',
    { limits: { warn: 0.7, alarm: 0.9 }, runbook: 'ScoreboardQueueBlocked' }),
  stat('Free disk', 'On the node with the least.', 'bytes', 'min(rabbitmq_disk_space_available_bytes)',
    { limits: { warn: 5 * 2 ** 30, alarm: 2 ** 30, falling: true }, runbook: 'ScoreboardQueueBlocked' }),
  stat('Connections', 'Each api has one, each worker two.', 'none', 'sum(rabbitmq_connections)'),
  stat('Consumers', 'Workers that consume scores.commands. With 0, nothing is applied.', 'none',
    'sum(rabbitmq_detailed_queue_consumers{queue="scores.commands"})',
    { limits: { warn: 1, alarm: 1, falling: true }, runbook: 'ScoreboardQueueNotDrained' }),
  graph('Messages', 'Per second: confirmed to the api, delivered to workers, acknowledged by them.', 'ops',
    { confirmed: 'sum(rate(rabbitmq_global_messages_confirmed_total[$__rate_interval]))', delivered: 'sum(rate(rabbitmq_global_messages_delivered_total[$__rate_interval]))', acknowledged: 'sum(rate(rabbitmq_global_messages_acknowledged_total[$__rate_interval]))' }),
  graph('Redelivered', 'Messages per second that were delivered before. A worker that exits causes some; they count once.', 'ops',
    { redelivered: 'sum(rate(rabbitmq_global_messages_redelivered_total[$__rate_interval]))' }),
  graph('Queues', 'Messages of each queue.', 'none', { '{{queue}}': 'sum by (queue) (rabbitmq_detailed_queue_messages)' },
    { runbook: 'ScoreboardQueueLong' }),
];
