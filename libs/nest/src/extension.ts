/** What extensions may use: `require('@scoreboard/nest')`. Everything else is internal. docs/extending.md explains each of them. */
export { type AllowedUpdate, type BeforeSubmit, type QuotaAnswer, type QuotaRequest, Quotas, type RuleAnswer } from '@scoreboard/application';
export type { ActionGrant, Identity, LedgerEvent, LedgerEventType, ScoreCommand } from '@scoreboard/domain';
export { defineRefusal, type DefinedDetails, type DefinedRefusal, type RefusalOptions } from '@scoreboard/domain';
export { CurrentIdentity, type LedgerEventOptions, OnLedgerEvent, ScoreRule, TokenGuard } from '@scoreboard/interfaces';
