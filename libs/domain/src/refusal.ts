import type { RejectionReason } from './score';

/**
 * Every refusal there is: a no that the caller can act on. The kind decides how an interface answers
 * (the HTTP filter maps it to a status); the title is shown to the caller.
 */
export const REFUSALS = {
  'invalid-request': { kind: 'invalid', title: 'The request is not valid' },
  'unauthenticated': { kind: 'unauthenticated', title: 'A valid bearer token is required' },
  'keys-unavailable': { kind: 'unavailable', title: 'Tokens cannot be verified now' },
  'invalid-client': { kind: 'unauthenticated', title: 'The client is not known by these credentials' },
  'invalid-scope': { kind: 'invalid', title: 'The client may not have this scope' },
  'unsupported-grant-type': { kind: 'invalid', title: 'This way of getting a token is not known here' },
  'insufficient-scope': { kind: 'forbidden', title: 'The token does not grant this' },
  'foreign-user': { kind: 'forbidden', title: 'The token may not act for this user' },
  'no-user': { kind: 'forbidden', title: 'The token names no user' },
  'action-token-required': { kind: 'forbidden', title: 'An action token is required' },
  'unknown-action': { kind: 'forbidden', title: 'This action is not known here' },
  'action-exceeded': { kind: 'forbidden', title: 'The action does not allow so many points' },
  'unknown-command': { kind: 'unknown', title: 'No such command has been seen' },
  'unknown-user': { kind: 'unknown', title: 'This user stands on no board' },
  'key-reused': { kind: 'conflict', title: 'The Idempotency-Key was used before with another body' },
  'rejected': { kind: 'conflict', title: 'The update can never be applied' },
  'rate-limited': { kind: 'limited', title: 'Too many requests' },
  'queue-unavailable': { kind: 'unavailable', title: 'The update cannot be stored durably now' },
  'leaderboard-unavailable': { kind: 'unavailable', title: 'Ranks cannot be read now' },
  'gateway-unavailable': { kind: 'unavailable', title: 'This gateway takes no more clients now' },
  'ledger-unavailable': { kind: 'unavailable', title: 'The ledger cannot be reached now' },
} as const;

export type RefusalCode = keyof typeof REFUSALS;
export type RefusalKind = (typeof REFUSALS)[RefusalCode]['kind'];

/** What a refusal tells besides its code; each field but `isExpired` appears in the answer where it is set. */
export interface RefusalDetails {
  /** One sentence for the caller: what is wrong and what would be right. */
  readonly detail?: string;
  /** Each wrong field of an invalid request. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** Whether an update surely was not queued, or nobody can tell. */
  readonly outcome?: 'refused' | 'unknown';
  readonly commandId?: string;
  /** Why an update was `rejected`. */
  readonly reason?: RejectionReason;
  /** Of an `unauthenticated`: the token is refused for its `exp` alone. A socket goes on without a user then; any other bad token is refused. */
  readonly isExpired?: boolean;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number;
  /** The limit that was reached: `limit` requests in `windowSeconds`; `resetSeconds` until the next one may pass. */
  readonly quota?: { readonly name: string; readonly limit: number; readonly windowSeconds: number; readonly resetSeconds: number };
}

/** The one type in which the core says no. Everything else that is thrown is a fault. */
export class Refusal extends Error {
  readonly kind: RefusalKind;

  constructor(
    readonly code: RefusalCode,
    readonly details: RefusalDetails = {},
  ) {
    super(details.detail ?? REFUSALS[code].title);
    this.name = 'Refusal';
    this.kind = REFUSALS[code].kind;
  }
}
