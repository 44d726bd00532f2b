import { claimsOf } from './token-claims.ts';
import type { SubmitError } from './submit-error.ts';

export interface SubmitOptions {
  /** 1 to 255 visible ASCII characters; an update sent again with it counts once. Default: a new UUIDv7. */
  readonly idempotencyKey?: string;
  /**
   * An action token: it is sent instead of the player's own token, for the user whom it names, and no token hook is needed. It is good for
   * one update, and its own idempotency key. Given as undefined it is an error: the player's own token is never sent in its place.
   */
  readonly actionToken?: string;
  /** How long the server may wait until the update is applied, 1 to 10: the receipt then bears score and rank. Default: it does not wait. */
  readonly waitSeconds?: number;
  /** How long to try, in milliseconds; default 60,000, `Infinity` for as long as it takes. What the server asks to wait counts. */
  readonly giveUpAfterMs?: number;
  /** Called after each try that failed and is followed by another one, which comes in `error.retryAfterMs`. */
  readonly onRetry?: (error: SubmitError) => void;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** What is wrong with the options, and what would be right; undefined where nothing is. */
export function mistakeIn(options: SubmitOptions): string | undefined {
  const { actionToken, idempotencyKey, waitSeconds = 1, giveUpAfterMs = 0 } = options;
  if ('actionToken' in options && !actionToken) {
    return `actionToken is ${JSON.stringify(actionToken)}: expected the action token that your server made. Leave the option out to submit with the player's own token`;
  }
  if (actionToken && claimsOf(actionToken).sub === undefined) return 'actionToken: expected a token with a sub, as POST /api/actions answers it';
  if (idempotencyKey !== undefined && !KEY.test(idempotencyKey)) return 'idempotencyKey: expected 1 to 255 visible ASCII characters';
  if (!(waitSeconds >= 1 && waitSeconds <= 10)) return 'waitSeconds: expected a number from 1 to 10';
  return giveUpAfterMs >= 0 ? undefined : 'giveUpAfterMs: expected a number of milliseconds, at least 0';
}
