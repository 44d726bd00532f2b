import { CHOSEN, type Outline } from './dashboard';
import { graph, heatmap, spread } from './panel';

const QUEUE = 'queue="scores.commands"';
const rate = (metric: string, by = '') => `sum${by && ` by (${by})`} (rate(${metric}{${CHOSEN}}[$__rate_interval]))`;
const REPEATED = rate('scoreboard_commands_repeated_total');

export const pipeline: Outline = {
  title: 'pipeline',
  description: 'From a request to the leaderboard: into the queue, in the queue, into the ledger, into Redis.',
  variables: ['role', 'instance'],
  sections: {
    'Into the queue': [
      graph('Commands', 'Commands per second that became durable, that were refused (503, certainly not queued), and whose outcome was unknown in time.',
        'cps',
        { confirmed: rate('scoreboard_queue_confirmed_commands_total'), refused: rate('scoreboard_queue_refused_commands_total'), unknown: rate('scoreboard_queue_unknown_commands_total') },
        { runbook: 'ScoreboardUpdatesBurnFast' }),
      graph('Time until durable', "Time from submitting to RabbitMQ's confirm, for the oldest command of each message.", 's',
        spread(`scoreboard_queue_confirm_seconds{${CHOSEN}}`), { warn: 0.5, alarm: 2 }),
      graph('Waiting for their confirm', 'Commands waiting for their confirm. At 20,000 in one process, more are refused.', 'none',
        `scoreboard_queue_unconfirmed_commands{${CHOSEN}}`, { warn: 10_000, alarm: 20_000 }),
      graph('Channels lost', 'AMQP channels that were lost and reopened. A few are normal when a RabbitMQ node restarts.', 'none',
        `increase(scoreboard_queue_channel_losses_total{${CHOSEN}}[$__rate_interval])`),
      graph('RabbitMQ accepts nothing', '1 while RabbitMQ is low on memory or disk space and accepts no messages: every update is answered 503.',
        'none', `scoreboard_queue_blocked{${CHOSEN}}`, { max: 1, warn: 1, alarm: 1, runbook: 'ScoreboardQueueBlocked' }),
      graph('Faults', 'Errors that are corrected later, by what went wrong; the log has the details.', 'none',
        { '{{role}}: {{what}}': `sum by (role, what) (increase(scoreboard_faults_total{${CHOSEN}}[$__rate_interval]))` }),
    ],
    'In the queue': [
      graph('Messages in scores.commands', 'Ready for a worker, or delivered to one and not acknowledged. At 100,000, updates are refused.', 'none',
        { ready: `sum(rabbitmq_detailed_queue_messages_ready{${QUEUE}})`, unacknowledged: `sum(rabbitmq_detailed_queue_messages_unacked{${QUEUE}})` },
        { stacked: true, warn: 20_000, alarm: 100_000, runbook: ['ScoreboardQueueNotDrained', 'ScoreboardQueueLong'] }),
      graph('Oldest command not applied', 'Age of the oldest command that a worker holds.', 's',
        `scoreboard_oldest_command_age_seconds{${CHOSEN}}`, { warn: 5, alarm: 60, runbook: 'ScoreboardCommandsStuck' }),
      graph('Dead letters', 'New dead letters: commands that can never be applied, by reason. And the number of dead letters in the queue.', 'none',
        { '{{reason}}': `sum by (reason) (increase(scoreboard_dead_letters_total{${CHOSEN}}[$__rate_interval]))`, 'in the queue': 'sum(rabbitmq_detailed_queue_messages{queue="scores.commands.dead"})' },
        { runbook: ['ScoreboardDeadLetters', 'ScoreboardDeadLettersWait'] }),
    ],
    'Into the ledger': [
      graph('Commands', 'Commands per second: applied, already applied and delivered again, and rejected.', 'cps',
        { applied: rate('scoreboard_commands_applied_total'), repeated: REPEATED, rejected: rate('scoreboard_commands_rejected_total') }),
      graph('Duplicates',
        'Share of the commands that had already been applied. Redeliveries after a restart and retries with a key cause some; they change nothing.',
        'percentunit', { repeated: `${REPEATED} / (${REPEATED} + ${rate('scoreboard_commands_applied_total')} > 0)` }, { max: 1 }),
      graph('Batches', 'Batches per second, and failed attempts: the batch is kept and retried, because PostgreSQL is unavailable or refuses it.', 'cps',
        { applied: rate('scoreboard_batches_total'), failed: rate('scoreboard_batch_failures_total') }, { runbook: 'ScoreboardCommandsStuck' }),
      graph('Commands per batch', 'Batches grow under load, which keeps the ledger fast.', 'none', spread(`scoreboard_batch_commands{${CHOSEN}}`)),
      graph('Time per batch', 'Time in PostgreSQL per batch. Slow disks or a slow standby increase it.', 's',
        spread(`scoreboard_batch_seconds{${CHOSEN}}`), { runbook: 'ScoreboardApplySlow' }),
      graph('In the ledger, and waiting there',
        'Share of the time that a worker spends in PostgreSQL, and waits there for another worker. If workers wait, more workers do not help.', 'percentunit',
        { 'in the ledger, {{instance}}': `rate(scoreboard_ledger_seconds_total{${CHOSEN}}[$__rate_interval])`, 'waiting, {{instance}}': `rate(scoreboard_ledger_lock_seconds_total{${CHOSEN}}[$__rate_interval])` },
        { runbook: 'ScoreboardApplySlow' }),
      heatmap('Accepted to applied', 'Time from submitting to applied, for the oldest command of each message, as a distribution.', 's',
        `scoreboard_apply_delay_seconds_bucket{${CHOSEN}}`, { width: 24, runbook: 'ScoreboardApplySlow' }),
    ],
    'Into the leaderboard': [
      graph('Events not in the leaderboard', 'Events that are in the ledger and not in the leaderboard, at the last check.', 'none',
        `scoreboard_leaderboard_lag_events{${CHOSEN}}`, { warn: 1, alarm: 1_000, runbook: 'ScoreboardLeaderboardBehind' }),
      graph('Rebuild', 'Standings that a rebuild of the leaderboard has copied, and all that it has to copy. 0 if none runs.', 'none',
        { 'copied, {{instance}}': `scoreboard_rebuild_standings{${CHOSEN}}`, 'in all, {{instance}}': `scoreboard_rebuild_total_standings{${CHOSEN}}` },
        { runbook: 'ScoreboardLeaderboardBehind' }),
      graph('Standings compared', 'Standings that the audit compares per second.', 'cps',
        `rate(scoreboard_audit_compared_total{${CHOSEN}}[$__rate_interval])`),
      graph('Standings that differed', 'Standings that differed in the last full pass, and those that were corrected. Normally 0.', 'none',
        { 'differed, {{instance}}': `scoreboard_audit_differences{${CHOSEN}}`, 'corrected, {{instance}}': `increase(scoreboard_audit_repaired_total{${CHOSEN}}[$__rate_interval])` },
        { warn: 1, alarm: 1, runbook: 'ScoreboardLeaderboardDiffers' }),
    ],
    'To the consumers of events': [
      graph('Behind the ledger', 'Age of the oldest ledger event that a consumer, such as a webhook, has not processed.', 's',
        { '{{consumer}}': `max by (consumer) (scoreboard_consumer_lag_seconds{${CHOSEN}})` }, { warn: 60, alarm: 300, runbook: 'ScoreboardConsumerBehind' }),
      graph('Events processed and failed', 'Ledger events per second that consumers processed, and tries that failed.', 'cps',
        { '{{consumer}}': `sum by (consumer) (rate(scoreboard_consumer_events_total{${CHOSEN}}[$__rate_interval]))`, '{{consumer}} failed': `sum by (consumer) (rate(scoreboard_consumer_failures_total{${CHOSEN}}[$__rate_interval]))` },
        { runbook: 'ScoreboardConsumerBehind' }),
      graph('Set aside', 'Ledger events that a consumer could not process and that wait for a decision.', 'none',
        { '{{consumer}}': `max by (consumer) (scoreboard_consumer_set_aside_events{${CHOSEN}})` }, { warn: 1, alarm: 1, runbook: 'ScoreboardEventsSetAside' }),
    ],
  },
};
