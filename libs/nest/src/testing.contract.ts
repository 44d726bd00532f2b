/** `@scoreboard/nest/testing`: the contract suite of each port, for jest or another runner with the globals `describe`, `it`, `expect` and `beforeEach`. */
export { auditLogContract } from '@scoreboard/application/audit/audit-log.contract';
export { rateCountersContract } from '@scoreboard/application/auth/rate-counters.contract';
export { serviceClientsContract } from '@scoreboard/application/auth/service-clients.contract';
export { boardFeedContract } from '@scoreboard/application/live/board-feed.contract';
export { actionCountsContract } from '@scoreboard/application/scores/action-counts.contract';
export { deadLettersContract } from '@scoreboard/application/scores/dead-letters.contract';
export { decidedIncrementsContract } from '@scoreboard/application/scores/decided-increments.contract';
export { idempotencyStoreContract } from '@scoreboard/application/scores/idempotency-store.contract';
export { quotasContract } from '@scoreboard/application/scores/quotas.contract';
export { scoreQueueContract } from '@scoreboard/application/scores/score-queue.contract';
export { leaderboardContract } from '@scoreboard/domain/leaderboard.contract';
export { ledgerAdjustmentsContract } from '@scoreboard/domain/ledger-adjustments.contract';
export { scoreLedgerContract } from '@scoreboard/domain/score-ledger.contract';
