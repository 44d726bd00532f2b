import type { ApplyScores, AuditLeaderboard, FollowLedger, FollowPeriods, BoardCache, ScoreQueue } from '@scoreboard/application';
import type { ScoreboardEvents } from '@scoreboard/domain';
import { Counter } from 'prom-client';
import { counter, counters, gauge, gauges, histogram } from './metrics';

/** Metrics of the queue's publishing side. */
export function measureQueue(queue: ScoreQueue, events: ScoreboardEvents): void {
  gauge('scoreboard_queue_unconfirmed_commands', 'Commands waiting for their confirm', () => queue.stats().unconfirmed);
  counter('scoreboard_queue_confirmed_commands_total', 'Commands that became durable', () => queue.stats().confirmed);
  counter('scoreboard_queue_refused_commands_total', 'Commands that were refused', () => queue.stats().refused);
  counter('scoreboard_queue_unknown_commands_total', 'Commands whose confirm did not arrive in time', () => queue.stats().unknown);
  counter('scoreboard_queue_channel_losses_total', 'Channels that were lost and reopened', () => queue.stats().channelReopens);
  gauge('scoreboard_queue_blocked', '1 while the broker accepts no messages', () => Number(queue.stats().blocked));
  const confirm = histogram('scoreboard_queue_confirm_seconds', 'Time from submitting to durable, of the oldest command of each message');
  events.on('message.confirmed', ({ seconds }) => confirm.observe(seconds));
}

/** What the metrics of a worker are read from. */
export interface WorkerParts {
  readonly queue: ScoreQueue;
  readonly apply: ApplyScores;
  readonly follow: FollowLedger;
  readonly followPeriods: FollowPeriods;
  readonly audit: AuditLeaderboard;
  readonly events: ScoreboardEvents;
}

/** Metrics of the worker: applied commands, ledger time, age of commands, lag and rebuild of the leaderboard, and differences between leaderboard and ledger. */
export function measureWorker({ queue, apply, follow, followPeriods, audit, events }: WorkerParts): void {
  counter('scoreboard_batches_total', 'Batches applied to the ledger', () => apply.stats.batches);
  counter('scoreboard_commands_applied_total', 'Commands applied', () => apply.stats.applied);
  counter('scoreboard_commands_repeated_total', 'Commands that had been applied before', () => apply.stats.repeated);
  counter('scoreboard_commands_rejected_total', 'Commands that can never be applied', () => apply.stats.rejected);
  counter('scoreboard_ledger_seconds_total', 'Time spent in the ledger', () => apply.stats.ledgerSeconds);
  counter('scoreboard_ledger_lock_seconds_total', 'Part of it spent waiting for the row in the table `leaderboard`', () => apply.stats.lockSeconds);
  counter('scoreboard_batch_failures_total', 'Failed attempts to apply a batch; the batch was kept', () => queue.stats().failures);
  counters('scoreboard_dead_letters_total', 'Dead letters written, by reason', 'reason', () => queue.stats().deadLettered);
  gauge('scoreboard_oldest_command_age_seconds', 'Age of the oldest command delivered here and not applied', () => queue.stats().oldestAgeSeconds);
  const delay = histogram('scoreboard_apply_delay_seconds', 'Time from submitting to applied, of the oldest command of each message');
  events.on('message.applied', ({ seconds }) => delay.observe(seconds));
  const size = histogram('scoreboard_batch_commands', 'Commands per batch', [1, 10, 50, 100, 250, 500, 1_000, 2_500]);
  const duration = histogram('scoreboard_batch_seconds', 'Time in the ledger per batch');
  events.on('batch.applied', ({ commands, seconds }) => {
    size.observe(commands.length);
    duration.observe(seconds);
  });

  let rebuilding = { standings: 0, total: 0 };
  events.on('leaderboard.rebuilding', ({ standings, total, state }) => (rebuilding = state === 'running' ? { standings, total } : { standings: 0, total: 0 }));
  gauge('scoreboard_rebuild_standings', 'Standings that a rebuild of the leaderboard in this process has copied; 0 if none runs', () => rebuilding.standings);
  gauge('scoreboard_rebuild_total_standings', 'Standings that this rebuild has to copy; may be an estimate if there are more than a million totals on all boards; 0 if none runs', () => rebuilding.total);
  gauges('scoreboard_leaderboard_lag_events', 'Events that the ledger has and the leaderboard lacks, by board', 'board', () => ({ global: follow.lag, ...followPeriods.lags }));
  gauges('scoreboard_periods_unclosed', 'Periods that have ended and are not closed, by board', 'board', () => followPeriods.unclosed);
  counter('scoreboard_audit_compared_total', 'Standings compared between ledger and leaderboard', () => audit.stats.compared);
  gauge('scoreboard_audit_differences', 'Standings that differed in the last full pass; normally 0', () => audit.stats.differences);
  counter('scoreboard_audit_repaired_total', 'Standings that differed and were corrected, on all boards', () => audit.stats.repaired + followPeriods.repaired);
}

/** The numbers of clients and pushes of a gateway. */
export interface SubscriptionStats {
  readonly connected: { readonly 'socket.io': number; readonly websocket: number };
  readonly buffer: { readonly pushes: number; readonly skipped: number };
}

/** Metrics of the gateway's clients and pushes. */
export function measureSubscriptions({ connected, buffer }: SubscriptionStats, events: ScoreboardEvents): void {
  gauge('scoreboard_socketio_clients', 'Socket.IO clients', () => connected['socket.io']);
  gauge('scoreboard_websocket_clients', 'Plain WebSocket clients', () => connected.websocket);
  counter('scoreboard_pushes_total', 'States sent, one per client', () => buffer.pushes);
  counter('scoreboard_pushes_skipped_total', 'States not sent at once because the client was busy', () => buffer.skipped);
  const dropped = new Counter({ name: 'scoreboard_clients_dropped_total', help: 'Clients dropped because they read too slowly' });
  events.on('client.dropped', () => dropped.inc());
}

/** Metrics of the board cache, in api and gateway. */
export function measureBoard(boardCache: BoardCache, events: ScoreboardEvents): void {
  const delay = histogram('scoreboard_board_delay_seconds', "Time from the ledger's commit until this process has the new board");
  events.on('board.received', ({ seconds }) => delay.observe(seconds));
  counter('scoreboard_board_failed_reads_total', 'Reads of the board that failed', () => boardCache.failedReads);
}
