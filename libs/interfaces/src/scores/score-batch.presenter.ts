import type { ErrorReporter, Receipt } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { headersOfRefusal, type Problem, problem, problemOfRefusal } from '../http/problem';

/** What `POST /api/scores/update` would answer for one update of a batch. */
export interface BatchResult {
  readonly status: number;
  /** Seconds, with 429 and 503. */
  readonly retryAfter?: number;
  readonly body: Receipt | Problem;
}

/**
 * The answer to a batch, in the order of its updates. If nothing could be queued because a server is unavailable, the whole batch is refused as a single
 * update is: throws the first refusal, with the `outcome` `unknown` if that of one update is.
 */
export function presentBatch(results: readonly PromiseSettledResult<Receipt>[], errors: ErrorReporter): { readonly results: readonly BatchResult[] } {
  const unavailable = results.map((result) => (result.status === 'rejected' ? result.reason : undefined)).filter(isUnavailable);
  if (unavailable.length === results.length) throw asWhole(unavailable);
  return { results: results.map((result) => (result.status === 'fulfilled' ? { status: 201, body: result.value } : presentError(result.reason, errors))) };
}

const isUnavailable = (error: unknown): error is Refusal => error instanceof Refusal && error.kind === 'unavailable';

function asWhole(refusals: readonly Refusal[]): Refusal {
  const [{ code, kind, title, details }] = refusals as readonly [Refusal];
  const { commandId: _one, ...more } = details;
  const isUnknown = refusals.some((refusal) => refusal.details.outcome === 'unknown');
  return new Refusal({ code, kind, title }, isUnknown ? { ...more, outcome: 'unknown' } : more);
}

function presentError(error: unknown, errors: ErrorReporter): BatchResult {
  if (!(error instanceof Refusal)) {
    errors.report('an update of a batch failed', error);
    return { status: 500, body: problem(500) };
  }
  const { 'Retry-After': retryAfter } = headersOfRefusal(error);
  const body = problemOfRefusal(error);
  return { status: body.status, ...(retryAfter && { retryAfter: Number(retryAfter) }), body };
}
