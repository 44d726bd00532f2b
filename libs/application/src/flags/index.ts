export type { FlagRule, IntervalFacts, IntervalRule, JumpFacts, JumpRule, RateFacts, RateRule } from './flag-rule';
export * from './judge-updates';
export * from './past-updates';
export * from './player-flags';
export * from './review-flags';
