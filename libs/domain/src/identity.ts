import { Refusal } from './refusal';
import type { ScoreCommand } from './score';

/** Who a verified token speaks for, and what it grants. */
export interface Identity {
  /** `iss`, empty where the token names none. Keys are scoped to issuer and subject. */
  readonly issuer: string;
  readonly subject: string;
  /** The user the token stands for, a `USER_ID`; absent where its claims name none, as a service's often do. */
  readonly userId?: string;
  /** The claim that would name the user, where there is no `userId`: for the caller to read. */
  readonly missingUserClaim?: string;
  readonly scopes: ReadonlySet<string>;
  /** Set for an action token: all that it is good for, whatever scopes it bears. */
  readonly actionGrant?: ActionGrant;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Every scope there is. */
export const SCOPES = ['scores:write', 'scores:write:any', 'actions:issue', 'scores:admin'] as const;

export type Scope = (typeof SCOPES)[number];

export const isScope = (name: string): name is Scope => SCOPES.some((scope) => scope === name);

/** One update of the token's own user. */
export interface ActionGrant {
  /** What earns the points; see `ACTION_NAME`. */
  readonly action: string;
  /** A positive integer: the most points of the update. */
  readonly maxIncrement: number;
  /** `jti`: with issuer and subject it names the one update, so the token is its idempotency key as well. */
  readonly tokenId: string;
}

export const grants = (identity: Identity, scope: Scope): boolean => !identity.actionGrant && identity.scopes.has(scope);

/** Throws `foreign-user` unless the token stands for this user, `no-user` where it stands for none. */
export function assertIsUser({ userId, missingUserClaim }: Identity, expected: string, detail: string): void {
  if (userId === undefined) throw new Refusal('no-user', { detail: `The token has no usable claim ${missingUserClaim}, which names the user.` });
  if (userId !== expected) throw new Refusal('foreign-user', { detail });
}

/** Throws unless this identity may take scores back and hide users. */
export function assertMayModerate(identity: Identity): void {
  if (!grants(identity, 'scores:admin')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:admin is required.' });
}

/**
 * Throws unless this identity may make this update: anybody's with `scores:write:any`, its own with `scores:write`, unless
 * action tokens are required of players, or its own within the limit of its action token.
 */
export function assertMayRaise(identity: Identity, update: Pick<ScoreCommand, 'userId' | 'scoreIncrement'>, requireActionToken: boolean): void {
  if (grants(identity, 'scores:write:any')) return;
  const { actionGrant } = identity;
  if (!actionGrant && requireActionToken) throw new Refusal('action-token-required', { detail: 'A player needs an action token for each update.' });
  if (!actionGrant && !grants(identity, 'scores:write')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:write is required.' });
  assertIsUser(identity, update.userId, "userId must be the token's own user.");
  if (actionGrant && update.scoreIncrement > actionGrant.maxIncrement) {
    throw new Refusal('action-exceeded', { detail: `This token is good for ${actionGrant.maxIncrement} points at most.` });
  }
}

/** Throws for an action token: it opens nothing but its one update. */
export function assertNoActionToken(identity: Identity): void {
  if (identity.actionGrant) throw new Refusal('insufficient-scope', { detail: 'An action token is good for an update alone.' });
}
