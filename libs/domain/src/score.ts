import type { Trace } from './trace';

/** Totals stay within 2^53-1: the largest integer that JSON numbers, Redis scores and this runtime all hold exactly. */
export const MAX_TOTAL = Number.MAX_SAFE_INTEGER;

/**
 * A user's id, as OpenID Connect bounds a subject: 1 to 255 visible ASCII characters without `"`, `\`, `<`, `>` and the backtick, and
 * not `.` or `..`; compared byte for byte. JSON writes each such character as itself, and none of them ends a word or a line.
 */
export const USER_ID = /^(?!\.{1,2}$)[!#-;=?-[\]-_a-~]{1,255}$/;

/** `USER_ID` in words, for whoever sent something else. */
export const USER_ID_RULE = 'must be 1 to 255 visible ASCII characters without " \\ < > `, and not . or ..';

/** The name of what earns points, such as `level-7`: 1 to 64 characters, compared byte for byte. */
export const ACTION_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._:@|+-]{0,63}$/;

/** How many places the pushed board has. */
export const BOARD_SIZE = 10;

/** The most places a single read of the leaderboard returns. */
export const MAX_TOP = 100;

/**
 * A request to raise a score. Its id is fixed before it is queued, so every retry is the same command
 * and the ledger can apply it once.
 */
export interface ScoreCommand {
  /** UUID, lower case. */
  readonly commandId: string;
  readonly userId: string;
  /** A positive integer. */
  readonly scoreIncrement: number;
  /** The subject of the trusted service that asked, where it was not the user; it may read the command's outcome. */
  readonly issuedBy?: string;
  /** Of the issuer of that service's token, 32 hex digits (`issuerDigest`). Absent where an older build took the command: there the subject alone tells. */
  readonly issuerDigest?: string;
  /** The named action that earned the points, where a token named one. */
  readonly action?: string;
  /** The request that brought it, where that is known. */
  readonly trace?: Trace;
}

/**
 * Why a well-formed command, or a message that holds none, was put out of the line.
 *
 * - `malformed`: not a message of ours, or a field is missing, of the wrong type or out of range
 * - `key-conflict`: a command with this id and other content was applied before
 * - `total-limit`: the user's total would pass `MAX_TOTAL`
 * - `unprocessable`: the ledger refuses the data for another reason
 */
export type RejectionReason = 'malformed' | 'key-conflict' | 'total-limit' | 'unprocessable';

/** A command that cannot be applied, now or later. */
export interface Rejection {
  readonly command: ScoreCommand;
  readonly reason: RejectionReason;
}
