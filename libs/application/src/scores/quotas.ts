/** The longest window, 31 days, in seconds. */
export const MAX_QUOTA_WINDOW = 31 * 24 * 60 * 60;

/** An amount to take from a quota. */
export interface QuotaRequest {
  /** Which quota, such as `daily-cap`: 1 to 64 characters. Quotas of different names are counted separately. */
  readonly name: string;
  /** Whose quota, such as a user id: 1 to 512 characters. */
  readonly key: string;
  /** What takes from it, such as a command id: 1 to 512 characters. It takes once. */
  readonly id: string;
  /** How much to take, a whole number of at least 1. */
  readonly amount: number;
  /** How much there is in each window, a whole number of at least 1. */
  readonly limit: number;
  /** The length of the window in seconds, 1 to `MAX_QUOTA_WINDOW`. Windows begin at its multiples since 1970 in UTC: 86400 is from midnight to midnight. */
  readonly window: number;
}

/** Whether an amount was taken from a quota, and what is left. */
export interface QuotaAnswer {
  /** True if the amount was taken, now or before by the same id. False if it did not fit: then nothing was taken. */
  readonly isTaken: boolean;
  /** How much is left in the window now. */
  readonly left: number;
  /** Seconds until the next window begins, at least 1. */
  readonly resetSeconds: number;
}

/**
 * Quotas of rules: an amount per key and window, exact over all processes.
 *
 * An id takes once; a repeated one takes nothing more for 24 hours, also in a later window, and is answered `isTaken`. What was taken is not given
 * back. A lowered limit applies at once; another `window` under the same name begins from zero.
 */
export abstract class Quotas {
  /**
   * Takes the amount if it fits. Throws if the request is not valid, or if a server cannot count within 500 ms: then the amount may have been taken;
   * the same id takes nothing more.
   */
  abstract take(request: QuotaRequest): Promise<QuotaAnswer>;
}

/** Throws a `RangeError` that names the wrong field. */
export function assertQuotaRequest({ name, key, id, amount, limit, window }: QuotaRequest): void {
  const texts = { name: [name, 64], key: [key, 512], id: [id, 512] } as const;
  for (const [field, [text, max]] of Object.entries(texts)) {
    if (typeof text !== 'string' || !text || text.length > max) throw new RangeError(`${field} must be a text of 1 to ${max} characters`);
  }
  const numbers = { amount: [amount, Number.MAX_SAFE_INTEGER], limit: [limit, Number.MAX_SAFE_INTEGER], window: [window, MAX_QUOTA_WINDOW] } as const;
  for (const [field, [value, max]] of Object.entries(numbers)) {
    if (!Number.isInteger(value) || value < 1 || value > max) throw new RangeError(`${field} must be a whole number from 1 to ${max}`);
  }
}
