import { Refusal } from './refusal';
import type { ScoreCommand } from './score';

/** The caller that a verified token identifies, and what the token grants. */
export interface Identity {
  /** `iss`; empty if the token has none. Idempotency keys are scoped to issuer and subject. */
  readonly issuer: string;
  readonly subject: string;
  /** The user the token belongs to, a `USER_ID`. Absent if the token names no user, which is common for services. */
  readonly userId?: string;
  /** If there is no `userId`: the claim that should name the user, for error messages. */
  readonly missingUserClaim?: string;
  /** The name and the URL of the picture that the token gives the user, unchecked. Absent if it gives neither, or such claims are not read. */
  readonly profile?: { readonly name?: string; readonly avatarUrl?: string };
  readonly scopes: ReadonlySet<string>;
  /** Set for an action token: the only thing it allows. Its scopes are ignored. */
  readonly actionGrant?: ActionGrant;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** All scopes. */
export const SCOPES = ['scores:write', 'scores:write:any', 'actions:issue', 'events:read', 'scores:admin', 'profiles:write:any'] as const;

/** A right of a token. */
export type Scope = (typeof SCOPES)[number];

/** Whether a text is one of our scopes. */
export const isScope = (name: string): name is Scope => SCOPES.some((scope) => scope === name);

/** Allows one update of the token's own user. */
export interface ActionGrant {
  /** The action that earns the points; see `ACTION_NAME`. */
  readonly action: string;
  /** The maximum points of the update, a positive integer. */
  readonly maxIncrement: number;
  /** `jti`. Together with issuer and subject it identifies the one update, so the token is also its own idempotency key. */
  readonly tokenId: string;
}

/** Whether a caller has a scope. An action token has none. */
export const grants = (identity: Identity, scope: Scope): boolean => !identity.actionGrant && identity.scopes.has(scope);

/** Throws `foreign-user` if the token belongs to another user, `no-user` if it names no user. */
export function assertIsUser({ userId, missingUserClaim }: Identity, expected: string, detail: string): void {
  if (userId === undefined) throw new Refusal('no-user', { detail: `The claim ${missingUserClaim}, which names the user, is missing or not a valid user id.` });
  if (userId !== expected) throw new Refusal('foreign-user', { detail });
}

/** Throws unless this identity may reverse scores and hide users. */
export function assertMayModerate(identity: Identity): void {
  if (!grants(identity, 'scores:admin')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:admin is required.' });
}

/** Throws unless this identity may raise anybody's score. */
export function assertServesAnyone(identity: Identity): void {
  if (!grants(identity, 'scores:write:any')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:write:any is required.' });
}

/** Throws unless this identity may change this user's profile, or what the user's page shows: the own one with `scores:write`, any one with `profiles:write:any`. */
export function assertMayName(identity: Identity, userId: string, what: 'profile' | 'page' = 'profile'): void {
  if (grants(identity, 'profiles:write:any')) return;
  if (!grants(identity, 'scores:write')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:write is required, or profiles:write:any.' });
  assertIsUser(identity, userId, `Only its user, and the scope profiles:write:any, may change this ${what}.`);
}

/**
 * Throws unless this identity may make this update. Allowed:
 * - any user's update with `scores:write:any`
 * - the own user's update with `scores:write`, if players do not need action tokens
 * - the own user's update with an action token, up to the token's `maxIncrement`
 */
export function assertMayRaise(identity: Identity, update: Pick<ScoreCommand, 'userId' | 'scoreIncrement'>, requireActionToken: boolean): void {
  if (grants(identity, 'scores:write:any')) return;
  const { actionGrant } = identity;
  if (!actionGrant && requireActionToken) throw new Refusal('action-token-required', { detail: 'Each update by a player requires an action token.' });
  if (!actionGrant && !grants(identity, 'scores:write')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:write is required.' });
  assertIsUser(identity, update.userId, "userId must be the user of the token.");
  if (actionGrant && update.scoreIncrement > actionGrant.maxIncrement) {
    throw new Refusal('action-exceeded', { detail: `This token allows at most ${actionGrant.maxIncrement} points.` });
  }
}

/** Throws for an action token: it only allows its one update. */
export function assertNoActionToken(identity: Identity): void {
  if (identity.actionGrant) throw new Refusal('insufficient-scope', { detail: 'An action token only allows a score update.' });
}
