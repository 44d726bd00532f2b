export { ConnectionError } from './connection-error';
export type { Board, ConnectionState, Me, RankedScore, Receipt, ScoreboardEvents } from './messages';
export { Scoreboard, type ScoreboardOptions } from './scoreboard';
export type { SubmitOptions } from './submit-options';
export { type Problem, SubmitError } from './submit-error';
export type { PlayerToken, TokenHook, TokenRequest } from './token-source';
export { uuidV7 } from './uuid';
