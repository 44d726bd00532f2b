import type { SubmitError } from '@scoreboard/client';
import { NoGuest } from './guest';
import { fill, words } from './words';

/** Why a point does not count yet. The waiting time is shown after it. */
export function reasonFor({ status, cause }: SubmitError): string {
  if (cause instanceof NoGuest && cause.status === 429) return words.manyGuests;
  if (status === 429) return words.tooFast;
  if (status === 401) return words.newGuest;
  if (status === 503 || cause instanceof NoGuest) return words.busy;
  return words.unreachable;
}

/** Why a point will never count. The server's own reasons are in English. */
export function refusalFor({ status, problem, outcome }: SubmitError): string {
  if (outcome === 'unknown') return words.unconfirmed;
  return status === undefined ? words.noGuests : fill(words.refused, { reason: problem?.detail ?? problem?.title ?? `status ${status}` });
}
