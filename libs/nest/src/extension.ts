/** What extensions may use: `require('@scoreboard/nest')`. Everything else is internal. docs/extending.md explains each of them. */
export { type AllowedUpdate, type BeforeSubmit, type Profile, type QuotaAnswer, type QuotaRequest, Quotas, type ResolvedProfiles, type ResolvesProfiles, type RuleAnswer } from '@scoreboard/application';
export type { ActionGrant, Identity, LedgerEvent, LedgerEventType, ScoreCommand } from '@scoreboard/domain';
export { defineRefusal, type DefinedDetails, type DefinedRefusal, Refusal, type RefusalOptions } from '@scoreboard/domain';
export { CurrentIdentity, type LedgerEventOptions, OnLedgerEvent, problemOfRefusal, ProfileResolver, ScoreRule, TokenGuard } from '@scoreboard/interfaces';
