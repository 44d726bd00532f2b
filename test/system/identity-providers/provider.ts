import type { KeyObject } from 'node:crypto';
import type { ProviderKey } from './fake-provider';

/** A token as the provider makes it: what it says, and by which key. */
export interface ProviderToken {
  readonly header: { readonly alg: string; readonly [name: string]: unknown };
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: KeyObject;
}

/** What a provider issues, under the names that stand in its recipe. */
export interface Provider {
  /** The heading of its recipe, and which block under it. */
  readonly heading: string;
  readonly block?: number;
  /** What it shows at its address; absent where the recipe holds the key itself. */
  readonly keySet?: object;
  /** What its key setting holds instead of what stands in the recipe; the test puts it into a file. */
  readonly publicKey?: KeyObject;
  /** Keys that the log must name, since they cannot be used. */
  readonly leftOut?: readonly string[];
  /** The user as the provider names users. */
  readonly userId: string;
  readonly player: ProviderToken;
  /** May raise anybody's score. */
  readonly service: ProviderToken;
  /** Set where that token names no user. */
  readonly serviceHasNoUser?: true;
  /** A good token without the right to raise a score. */
  readonly unprivileged: ProviderToken;
  /** Tokens that are not meant for us, by what they are. */
  readonly foreign: Readonly<Record<string, ProviderToken>>;
}

export const now = Math.floor(Date.now() / 1_000);
export const times = { iat: now, exp: now + 3_600 };
export const X5C = ['MIIDBTCCAe2gAwIBAgIQ…'];

/** Makes tokens by this key, with this header and whatever claims. */
export const signing = (key: ProviderKey, header: object = {}, alg = 'RS256') => (claims: object, more: object = {}): ProviderToken => ({
  header: { alg, ...header, kid: key.kid, ...more },
  claims: { ...times, ...claims },
  key: key.privateKey,
});
