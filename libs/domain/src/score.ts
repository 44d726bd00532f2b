import type { Trace } from './trace';

/** The maximum total, 2^53-1: the largest integer that JSON numbers, Redis scores and JavaScript all represent exactly. */
export const MAX_TOTAL = Number.MAX_SAFE_INTEGER;

/**
 * A user id: 1 to 255 visible ASCII characters (the limit of OpenID Connect's `sub`) except `"`, `\`, `<`, `>` and the backtick, and
 * not `.` or `..`. Compared byte for byte. JSON never escapes these characters, and none of them is white space.
 */
export const USER_ID = /^(?!\.{1,2}$)[!#-;=?-[\]-_a-~]{1,255}$/;

/** The rule of `USER_ID` in words, for error messages. */
export const USER_ID_RULE = 'must be 1 to 255 visible ASCII characters without " \\ < > `, and not . or ..';

/** The name of an action that earns points, such as `level-7`: 1 to 64 characters, compared byte for byte. */
export const ACTION_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._:@|+-]{0,63}$/;

/** The id of the board that counts every update and never resets. */
export const GLOBAL_BOARD = 'global';

/** The number of entries on the pushed board. */
export const BOARD_SIZE = 10;

/** The maximum number of entries that one read of the leaderboard returns. */
export const MAX_TOP = 100;

/**
 * A request to raise a score. The id is set before the command is queued, so every retry is the same command
 * and the ledger applies it once.
 */
export interface ScoreCommand {
  /** UUID in lower case. */
  readonly commandId: string;
  readonly userId: string;
  /** A positive integer. */
  readonly scoreIncrement: number;
  /** The subject of the service that sent the command, if it was not the user. The service may read the command's outcome. */
  readonly issuedBy?: string;
  /** Digest of the issuer of that service's token, 32 hex digits (`issuerDigest`). Absent if an older build accepted the command; then only the subject is compared. */
  readonly issuerDigest?: string;
  /** The action that earned the points, if an action token named one. */
  readonly action?: string;
  /** When the api accepted the command, in ms since the Unix epoch: decides the periods in which it counts. Absent if an older build accepted it; then it counts when it is applied. */
  readonly acceptedAt?: number;
  /** The request that sent the command, if known. */
  readonly trace?: Trace;
}

/**
 * Why a message or command was removed from the queue without being applied.
 *
 * - `malformed`: not a valid message, or a field is missing, of the wrong type or out of range
 * - `key-conflict`: a command with this id but different content was applied before
 * - `total-limit`: the user's total would exceed `MAX_TOTAL`
 * - `unprocessable`: the ledger cannot store the data for another reason
 */
export type RejectionReason = 'malformed' | 'key-conflict' | 'total-limit' | 'unprocessable';

/** A command that can never be applied. */
export interface Rejection {
  readonly command: ScoreCommand;
  readonly reason: RejectionReason;
}
