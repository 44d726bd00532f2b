export type { Board, ConnectionState, Me, RankedScore, Receipt, ScoreboardEvents } from './messages.ts';
export { Scoreboard, type ScoreboardOptions } from './scoreboard.ts';
export type { SubmitOptions } from './submission.ts';
export { type Problem, SubmitError } from './submit-error.ts';
export type { PlayerToken, TokenHook, TokenRequest } from './token-source.ts';
