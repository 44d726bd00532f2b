import { Refusal } from '@scoreboard/domain';
import type { ErrorReporter } from './error-reporter';

/** Reads from the ledger. If that fails, reports the error and throws the refusal `ledger-unavailable`, so that the caller can retry. */
export async function readLedger<T>(errors: ErrorReporter, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    errors.report('the ledger cannot be read', error);
    throw new Refusal('ledger-unavailable', { detail: 'Accepted updates are safe. Try again in a second.', retryAfter: 1 });
  }
}

/** Makes an idempotent change to the ledger. If that fails, reports the error and throws `ledger-unavailable`, so that the caller can retry. */
export async function changeLedger<T>(errors: ErrorReporter, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    errors.report('the ledger cannot be changed', error);
    throw new Refusal('ledger-unavailable', { detail: 'The change may be partly done. Send the request again to complete it.', retryAfter: 1 });
  }
}
