import { Refusal } from '@scoreboard/domain';
import type { ErrorReporter } from '../moderation/error-reporter';

/** Reads from the ledger for a caller who can come again: where it is away, the refusal `ledger-unavailable`. */
export async function readLedger<T>(faults: ErrorReporter, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    faults.report('the ledger cannot be read', error);
    throw new Refusal('ledger-unavailable', { detail: 'What was accepted is safe; try again soon.', retryAfter: 1 });
  }
}

/** Changes the ledger for a caller who can come again; what can be done twice alone. Where it is away, `ledger-unavailable` as well. */
export async function changeLedger<T>(faults: ErrorReporter, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    faults.report('the ledger cannot be changed', error);
    throw new Refusal('ledger-unavailable', { detail: 'Some of it may be done; sent again, the rest is done.', retryAfter: 1 });
  }
}
