import { Refusal } from './refusal';

/** Who a verified token speaks for, and what it grants. */
export interface Identity {
  /** `iss`, empty where the token names none. Keys are scoped to issuer and subject. */
  readonly issuer: string;
  readonly subject: string;
  /** The user the token stands for: the subject, unless a setting names another claim. */
  readonly userId: string;
  readonly scopes: ReadonlySet<string>;
  /** Unix seconds. */
  readonly expiresAt: number;
}

const SCOPES = ['scores:write', 'scores:write:any', 'actions:issue', 'scores:admin'] as const;

export type Scope = (typeof SCOPES)[number];

export const isScope = (name: string): name is Scope => SCOPES.some((scope) => scope === name);

export const grants = (identity: Identity, scope: Scope): boolean => identity.scopes.has(scope);

/** Throws unless this identity may take scores back and hide users. */
export function assertMayModerate(identity: Identity): void {
  if (!grants(identity, 'scores:admin')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:admin is required.' });
}

/** Throws unless this identity may raise the score of `userId`: its own with `scores:write`, anybody's with `scores:write:any`. */
export function assertMayRaise(identity: Identity, userId: string): void {
  if (grants(identity, 'scores:write:any')) return;
  if (!grants(identity, 'scores:write')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:write is required.' });
  if (identity.userId !== userId) throw new Refusal('foreign-user', { detail: "userId must be the token's own user." });
}
