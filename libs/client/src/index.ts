export { ClaimError } from './claim-error.ts';
export type { ClaimedPoints } from './claim-guest.ts';
export { ConnectionError } from './connection-error.ts';
export type { Board, ConnectionState, InPeriod, Me, Profile, RankedScore, Receipt, ScoreboardEventMap } from './messages.ts';
export { Scoreboard, type ScoreboardOptions } from './scoreboard.ts';
export type { SubmitOptions } from './submit-options.ts';
export { type Problem, SubmitError } from './submit-error.ts';
export type { PlayerToken, TokenHook, TokenRequest } from './token-source.ts';
export { uuidV7 } from './uuid.ts';
