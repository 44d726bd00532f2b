import { counter, gauge } from './metrics';

/** The queue's publishing side. */
export function measureQueue(stats: () => { readonly unconfirmed: number; readonly confirmed: number; readonly refused: number; readonly unknown: number; readonly channelReopens: number }): void {
  gauge('scoreboard_queue_unconfirmed_commands', 'Commands that wait for their confirm', () => stats().unconfirmed);
  counter('scoreboard_queue_confirmed_commands_total', 'Commands that became durable', () => stats().confirmed);
  counter('scoreboard_queue_refused_commands_total', 'Commands that were refused', () => stats().refused);
  counter('scoreboard_queue_unknown_commands_total', 'Commands whose confirm did not come in time', () => stats().unknown);
  counter('scoreboard_queue_channel_losses_total', 'Channels that were lost and made anew', () => stats().channelReopens);
}

export interface ApplyStats {
  readonly batches: number;
  readonly applied: number;
  readonly repeated: number;
  readonly rejected: number;
  readonly ledgerSeconds: number;
  readonly lockSeconds: number;
}

export interface AuditStats {
  readonly compared: number;
  readonly differences: number;
  readonly mended: number;
}

/** The worker: what it applied, what the ledger cost, how far the leaderboard is behind it, and whether they agree. */
export function measureWorker(stats: ApplyStats, follow: { readonly lag: number }, audit: AuditStats): void {
  counter('scoreboard_batches_total', 'Batches applied to the ledger', () => stats.batches);
  counter('scoreboard_commands_applied_total', 'Commands applied', () => stats.applied);
  counter('scoreboard_commands_repeated_total', 'Commands that had been applied before', () => stats.repeated);
  counter('scoreboard_commands_rejected_total', 'Commands that can never be applied', () => stats.rejected);
  counter('scoreboard_ledger_seconds_total', 'Time spent in the ledger', () => stats.ledgerSeconds);
  counter('scoreboard_ledger_lock_seconds_total', "Part of it spent waiting for the leaderboard's row", () => stats.lockSeconds);
  gauge('scoreboard_leaderboard_lag_events', 'Events that the ledger has and the leaderboard lacks', () => follow.lag);
  counter('scoreboard_audit_compared_total', 'Standings compared between ledger and leaderboard', () => audit.compared);
  gauge('scoreboard_audit_differences', 'Standings that differed in the last whole pass; must be 0', () => audit.differences);
  counter('scoreboard_audit_mended_total', 'Standings that differed and were mended', () => audit.mended);
}

export interface AudienceStats {
  readonly connected: { readonly 'socket.io': number; readonly websocket: number };
  readonly outbox: { readonly pushes: number; readonly skipped: number };
}

/** The gateway's clients and pushes. */
export function measureAudience({ connected, outbox }: AudienceStats, sockets: { readonly dropped: number }): void {
  gauge('scoreboard_socketio_clients', 'Socket.IO clients', () => connected['socket.io']);
  gauge('scoreboard_websocket_clients', 'Plain WebSocket clients', () => connected.websocket);
  counter('scoreboard_pushes_total', 'States sent, one for each client', () => outbox.pushes);
  counter('scoreboard_pushes_skipped_total', 'States that a busy client did not get at once', () => outbox.skipped);
  counter('scoreboard_clients_dropped_total', 'Clients dropped because they read too slowly', () => sockets.dropped);
}
