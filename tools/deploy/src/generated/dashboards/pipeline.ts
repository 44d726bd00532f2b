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
      graph('Commands', 'Commands in a second that became durable, were refused (503, surely not queued), or of which nobody could tell in time.',
        'cps',
        { confirmed: rate('scoreboard_queue_confirmed_commands_total'), refused: rate('scoreboard_queue_refused_commands_total'), unknown: rate('scoreboard_queue_unknown_commands_total') },
        { runbook: 'ScoreboardUpdatesBurnFast' }),
      graph('Time until durable', "From submitting to RabbitMQ's confirm, of the oldest command of each message.", 's',
        spread(`scoreboard_queue_confirm_seconds{${CHOSEN}}`), { limits: { warn: 0.5, alarm: 2 } }),
      graph('Waiting for their confirm', 'Commands that wait for their confirm now. At 20,000 in one process more are refused.', 'none',
        { '{{role}} {{instance}}': `scoreboard_queue_unconfirmed_commands{${CHOSEN}}` }, { limits: { warn: 10_000, alarm: 20_000 } }),
      graph('Channels lost', 'AMQP channels that were lost and made anew. A few when a node of RabbitMQ restarts.', 'none',
        { '{{role}} {{instance}}': `increase(scoreboard_queue_channel_losses_total{${CHOSEN}}[$__rate_interval])` }),
      graph('RabbitMQ takes nothing', '1 while RabbitMQ is short of memory or disk and takes no messages: every update is 503.', 'none',
        { '{{role}} {{instance}}': `scoreboard_queue_blocked{${CHOSEN}}` },
        { max: 1, limits: { warn: 1, alarm: 1 }, runbook: 'ScoreboardQueueBlocked' }),
      graph('Faults', 'Faults that are mended later, by what went wrong; the log tells more.', 'none',
        { '{{role}}: {{what}}': `sum by (role, what) (increase(scoreboard_faults_total{${CHOSEN}}[$__rate_interval]))` }),
    ],
    'In the queue': [
      graph('Messages in scores.commands', 'Ready for a worker, and delivered to one but not acknowledged. At 100,000 updates are refused.', 'none',
        { ready: `sum(rabbitmq_detailed_queue_messages_ready{${QUEUE}})`, unacknowledged: `sum(rabbitmq_detailed_queue_messages_unacked{${QUEUE}})` },
        { stacked: true, limits: { warn: 20_000, alarm: 100_000 }, runbook: ['ScoreboardQueueNotDrained', 'ScoreboardQueueLong'] }),
      graph('Oldest command not applied', 'Age of the oldest command that a worker holds.', 's',
        { '{{role}} {{instance}}': `scoreboard_oldest_command_age_seconds{${CHOSEN}}` },
        { limits: { warn: 5, alarm: 60 }, runbook: 'ScoreboardCommandsStuck' }),
      graph('Dead letters', 'Commands put aside since they can never be applied, by reason, and how many lie there.', 'none',
        { '{{reason}}': `sum by (reason) (increase(scoreboard_dead_letters_total{${CHOSEN}}[$__rate_interval]))`, 'lying there': 'sum(rabbitmq_detailed_queue_messages{queue="scores.commands.dead"})' },
        { runbook: ['ScoreboardDeadLetters', 'ScoreboardDeadLettersWait'] }),
    ],
    'Into the ledger': [
      graph('Commands', 'Commands in a second: applied, applied before and delivered once more, and never to be applied.', 'cps',
        { applied: rate('scoreboard_commands_applied_total'), repeated: REPEATED, rejected: rate('scoreboard_commands_rejected_total') }),
      graph('Duplicates',
        'Part of the commands that had been applied before. Redelivery after a restart and retries with a key make some; they change nothing.',
        'percentunit', { repeated: `${REPEATED} / (${REPEATED} + ${rate('scoreboard_commands_applied_total')} > 0)` }, { max: 1 }),
      graph('Batches', 'Batches in a second, and tries that failed: the batch is kept and tried again, since PostgreSQL is away or refuses.', 'cps',
        { applied: rate('scoreboard_batches_total'), failed: rate('scoreboard_batch_failures_total') }, { runbook: 'ScoreboardCommandsStuck' }),
      graph('Commands of a batch', 'Larger batches under load are what keeps the ledger quick.', 'none',
        spread(`scoreboard_batch_commands{${CHOSEN}}`)),
      graph('Time of a batch', 'Time in PostgreSQL of one batch: slow disks or a slow standby show here.', 's',
        spread(`scoreboard_batch_seconds{${CHOSEN}}`), { runbook: 'ScoreboardApplySlow' }),
      graph('In the ledger, and waiting there',
        'Part of the time that a worker spends in PostgreSQL, and waits there for another. Where workers wait, more do not help.', 'percentunit',
        { 'in the ledger, {{instance}}': `rate(scoreboard_ledger_seconds_total{${CHOSEN}}[$__rate_interval])`, 'waiting, {{instance}}': `rate(scoreboard_ledger_lock_seconds_total{${CHOSEN}}[$__rate_interval])` },
        { runbook: 'ScoreboardApplySlow' }),
      heatmap('Accepted to applied', 'From submitting to applied, of the oldest command of each message: how many took how long.', 's',
        `scoreboard_apply_delay_seconds_bucket{${CHOSEN}}`, { width: 24, runbook: 'ScoreboardApplySlow' }),
    ],
    'Into the leaderboard': [
      graph('Events it lacks', 'Events that the ledger has and the leaderboard has not, at the last look.', 'none',
        { '{{role}} {{instance}}': `scoreboard_leaderboard_lag_events{${CHOSEN}}` },
        { limits: { warn: 1, alarm: 1_000 }, runbook: 'ScoreboardLeaderboardBehind' }),
      graph('Standings compared', 'Standings that the auditor compares in a second.', 'cps',
        { '{{role}} {{instance}}': `rate(scoreboard_audit_compared_total{${CHOSEN}}[$__rate_interval])` }),
      graph('Standings that differed', 'In the last whole pass, and mended. Must be 0.', 'none',
        { 'differed, {{instance}}': `scoreboard_audit_differences{${CHOSEN}}`, 'mended, {{instance}}': `increase(scoreboard_audit_mended_total{${CHOSEN}}[$__rate_interval])` },
        { limits: { warn: 1, alarm: 1 }, runbook: 'ScoreboardLeaderboardDiffers' }),
    ],
  },
};
