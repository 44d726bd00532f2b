import type { KeyObject } from 'node:crypto';
import type { ProviderKey } from './fake-provider';

/** A token of a provider: its claims and key. */
export interface ProviderToken {
  readonly header: { readonly alg: string; readonly [name: string]: unknown };
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: KeyObject;
}

/** The tokens of a provider, with the names used in its recipe. */
export interface Provider {
  /** The heading of its recipe, and the index of the block under it. */
  readonly heading: string;
  readonly block?: number;
  /** The key set at its address; absent if the recipe contains the key itself. */
  readonly keySet?: object;
  /** The value of its key setting, in place of the one in the recipe; the test writes it to a file. */
  readonly publicKey?: KeyObject;
  /** Unusable keys that the log must name. */
  readonly leftOut?: readonly string[];
  /** The user id at the provider. */
  readonly userId: string;
  readonly player: ProviderToken;
  /** May raise any score. */
  readonly service: ProviderToken;
  /** Set if that token names no user. */
  readonly serviceHasNoUser?: true;
  /** A valid token without the scope to raise a score. */
  readonly unprivileged: ProviderToken;
  /** Tokens that are not meant for us, by description. */
  readonly foreign: Readonly<Record<string, ProviderToken>>;
}

export const now = Math.floor(Date.now() / 1_000);
export const times = { iat: now, exp: now + 3_600 };
export const X5C = ['MIIDBTCCAe2gAwIBAgIQ…'];

/** Returns a function that makes tokens with this key and header, and any claims. */
export const signing = (key: ProviderKey, header: object = {}, alg = 'RS256') => (claims: object, more: object = {}): ProviderToken => ({
  header: { alg, ...header, kid: key.kid, ...more },
  claims: { ...times, ...claims },
  key: key.privateKey,
});
