import type { RejectionReason } from './score';

/**
 * All refusals: errors that the caller can act on. The kind decides how an interface answers
 * (the HTTP filter maps it to a status); the title is shown to the caller.
 */
export const REFUSALS = {
  'invalid-request': { kind: 'invalid', title: 'The request is not valid' },
  'invalid-guest-token': { kind: 'invalid', title: 'The guest token is not valid' },
  'unauthenticated': { kind: 'unauthenticated', title: 'A valid bearer token is required' },
  'keys-unavailable': { kind: 'unavailable', title: 'Tokens cannot be verified at the moment' },
  'invalid-client': { kind: 'unauthenticated', title: 'Unknown client or wrong secret' },
  'invalid-scope': { kind: 'invalid', title: 'The client is not allowed this scope' },
  'unsupported-grant-type': { kind: 'invalid', title: 'The grant type is not supported' },
  'insufficient-scope': { kind: 'forbidden', title: 'The token does not allow this request' },
  'foreign-user': { kind: 'forbidden', title: 'The token does not allow acting for this user' },
  'no-user': { kind: 'forbidden', title: 'The token names no user' },
  'action-token-required': { kind: 'forbidden', title: 'An action token is required' },
  'unknown-action': { kind: 'forbidden', title: 'Unknown action' },
  'action-exceeded': { kind: 'forbidden', title: 'The points exceed the limit of the action' },
  'name-reserved': { kind: 'forbidden', title: 'The name is reserved' },
  'name-taken-away': { kind: 'forbidden', title: 'A moderator took the name away' },
  'guest-cannot-claim': { kind: 'forbidden', title: 'A guest cannot take the points of another guest' },
  'guest-hidden': { kind: 'forbidden', title: 'A hidden guest cannot be claimed' },
  'claim-too-large': { kind: 'forbidden', title: 'The guest has more points or updates than a claim may move' },
  'unknown-command': { kind: 'unknown', title: 'Unknown command' },
  'unknown-user': { kind: 'unknown', title: 'The user is not ranked' },
  'unknown-profile': { kind: 'unknown', title: 'The user has no profile' },
  'unknown-board': { kind: 'unknown', title: 'Unknown board' },
  'unknown-period': { kind: 'unknown', title: 'The board has no such period' },
  'unknown-flag': { kind: 'unknown', title: 'Unknown flag' },
  'key-reused': { kind: 'conflict', title: 'The Idempotency-Key was used before with another body' },
  'count-changed': { kind: 'conflict', title: 'The number of items changed after it was confirmed' },
  'guest-claimed': { kind: 'conflict', title: 'Another player has claimed the guest' },
  'flag-settled': { kind: 'conflict', title: 'The flag is not in a state that allows this' },
  'rejected': { kind: 'conflict', title: 'The update can never be applied' },
  'rate-limited': { kind: 'limited', title: 'Too many requests' },
  'rule-failed': { kind: 'unavailable', title: 'The update cannot be checked at the moment' },
  'queue-unavailable': { kind: 'unavailable', title: 'The update cannot be stored durably at the moment' },
  'leaderboard-unavailable': { kind: 'unavailable', title: 'Ranks cannot be read at the moment' },
  'gateway-unavailable': { kind: 'unavailable', title: 'The gateway does not accept new clients at the moment' },
  'dead-letters-unavailable': { kind: 'unavailable', title: 'The dead letters cannot be reached at the moment' },
  'ledger-unavailable': { kind: 'unavailable', title: 'The ledger cannot be reached at the moment' },
} as const;

/** The code of a refusal of this product. */
export type RefusalCode = keyof typeof REFUSALS;
/** What a refusal means for the caller; it decides the status. */
export type RefusalKind = (typeof REFUSALS)[RefusalCode]['kind'];

/** A refusal that is not in the table: see `defineRefusal`. */
export interface RefusalDefinition {
  readonly code: string;
  readonly kind: RefusalKind;
  readonly title: string;
}

/** Details of a refusal. Each field that is set appears in the answer, except `isExpired`. */
export interface RefusalDetails {
  /** One or two sentences for the caller: what is wrong, and what to do. */
  readonly detail?: string;
  /** The invalid fields of the request. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** `refused`: the update was certainly not queued. `unknown`: it may have been queued. */
  readonly outcome?: 'refused' | 'unknown';
  readonly commandId?: string;
  /** Why an update was `rejected`. */
  readonly reason?: RejectionReason;
  /** For `unauthenticated`: the token is refused only because it has expired. A socket then continues without a user; any other bad token is refused. */
  readonly isExpired?: boolean;
  /** Seconds to wait before a retry. */
  readonly retryAfter?: number;
  /** The limit that was exceeded: `limit` requests per `windowSeconds`. The next request is allowed after `resetSeconds`. */
  readonly quota?: { readonly name: string; readonly limit: number; readonly windowSeconds: number; readonly resetSeconds: number };
}

/** The only error type for expected refusals. Every other thrown error is a bug or an outage. */
export class Refusal extends Error {
  readonly code: string;
  readonly kind: RefusalKind;
  readonly title: string;

  constructor(
    what: RefusalCode | RefusalDefinition,
    readonly details: RefusalDetails = {},
  ) {
    const { code, kind, title } = typeof what === 'string' ? { code: what, ...REFUSALS[what] } : what;
    super(details.detail ?? title);
    this.name = 'Refusal';
    this.code = code;
    this.kind = kind;
    this.title = title;
  }
}
