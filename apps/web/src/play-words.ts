import type { SubmitError } from '@scoreboard/client';
import { NoGuest } from './guest';

export const SLOW = 'The server has not answered yet. Your point is kept until it counts.';
export const COUNTED = 'Your point counts. It is on the board in a moment.';
export const GONE = 'Your time as this guest is over; the next point begins a new one.';
export const FULL = 'As many points are on the way as are kept. The last click was not taken.';

/** Why a point does not count yet. A time to wait is said beside it. */
export function reasonFor({ status, cause }: SubmitError): string {
  if (cause instanceof NoGuest && cause.status === 429) return 'Too many new players from here. Your point is kept.';
  if (status === 429) return 'Too fast. Your point is kept.';
  if (status === 401) return 'Your time as this guest is over. Your point goes to a new one.';
  if (status === 503 || cause instanceof NoGuest) return 'The server cannot take points now. Your point is kept.';
  return 'The server cannot be reached now. Your point is kept.';
}

/** Why a point will never count. */
export function refusalFor({ status, problem, outcome }: SubmitError): string {
  if (outcome === 'unknown') return 'Your time as this guest was over before the server could confirm the last point.';
  return status === undefined ? 'Guests cannot play here now.' : `The server refused the point: ${problem?.detail ?? problem?.title ?? `status ${status}`}`;
}
