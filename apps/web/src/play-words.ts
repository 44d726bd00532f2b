import type { SubmitError } from '@scoreboard/client';
import { NoGuest } from './guest';

export const SLOW = 'The server has not answered yet. Your point is kept until it counts.';
export const COUNTED = 'Your point counts. It will be on the board in a moment.';
export const GONE = 'Your guest session has expired. The next point starts a new one.';
export const FULL = 'Too many points are pending. The last click did not add one.';

/** Why a point does not count yet. The waiting time is shown after it. */
export function reasonFor({ status, cause }: SubmitError): string {
  if (cause instanceof NoGuest && cause.status === 429) return 'Too many new guests from your network. Your point is kept.';
  if (status === 429) return 'Too fast. Your point is kept.';
  if (status === 401) return 'Your guest session has expired. Your point goes to a new guest.';
  if (status === 503 || cause instanceof NoGuest) return 'The server cannot accept points now. Your point is kept.';
  return 'The server cannot be reached. Your point is kept.';
}

/** Why a point will never count. */
export function refusalFor({ status, problem, outcome }: SubmitError): string {
  if (outcome === 'unknown') return 'Your guest session expired before the server could confirm the last point.';
  return status === undefined ? 'Guests cannot play here now.' : `The server refused the point: ${problem?.detail ?? problem?.title ?? `status ${status}`}`;
}
