import { claimsOf } from './token-claims.ts';
import type { SubmitError } from './submit-error.ts';

/** How one update is submitted. */
export interface SubmitOptions {
  /** 1 to 255 visible ASCII characters. An update sent again with the same key counts once. Default: a new UUIDv7. */
  readonly idempotencyKey?: string;
  /**
   * An action token. It is sent instead of the player's own token, for the user that it names; no token hook is needed. It is valid for
   * one update and acts as the idempotency key. Passing undefined is an error: the player's own token is never sent instead.
   */
  readonly actionToken?: string;
  /** How many seconds the server may wait until the update is applied, 1 to 10. The receipt then has score and rank. Default: no wait. */
  readonly waitSeconds?: number;
  /** How long to retry, in milliseconds, including waits that the server asks for. Default: 60,000; `Infinity`: until the outcome is certain. */
  readonly giveUpAfterMs?: number;
  /** Called after each failed attempt that is retried; the next one starts in `error.retryAfterMs`. */
  readonly onRetry?: (error: SubmitError) => void;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** What is wrong with the options and what is expected; undefined if they are valid. */
export function mistakeIn(options: SubmitOptions): string | undefined {
  const { actionToken, idempotencyKey, waitSeconds = 1, giveUpAfterMs = 0 } = options;
  if ('actionToken' in options && !actionToken) {
    return `actionToken is ${JSON.stringify(actionToken)}: expected an action token issued by your server. Omit the option to submit with the player's own token`;
  }
  if (actionToken && claimsOf(actionToken).sub === undefined) return 'actionToken: expected a JWT with a sub claim, as returned by POST /api/actions';
  if (idempotencyKey !== undefined && !KEY.test(idempotencyKey)) return 'idempotencyKey: expected 1 to 255 visible ASCII characters';
  if (!(waitSeconds >= 1 && waitSeconds <= 10)) return 'waitSeconds: expected a number from 1 to 10';
  return giveUpAfterMs >= 0 ? undefined : 'giveUpAfterMs: expected a number of milliseconds, at least 0';
}
