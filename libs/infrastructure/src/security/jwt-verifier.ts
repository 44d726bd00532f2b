import type { KeyObject } from 'node:crypto';
import { MAX_TOKEN_BYTES, TokenVerifier, TOLERANCE_SECONDS } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { OWN_ISSUER } from '@scoreboard/infrastructure/config';
import { LRUCache } from 'lru-cache';
import { isSignedWith, type JwsHeader, readJws, unauthenticated } from './jws';
import { type ClaimRules, readClaims } from './jwt-claims';
import type { KeySource } from './key-source';

export interface JwtOptions extends ClaimRules {
  /** Where the keys of the operator or the provider are; absent where only tokens made here are taken. */
  readonly keys?: KeySource;
  /** The public half of our own key. Where given, a token of the issuer `scoreboard` is good with this key alone. */
  readonly ownKey?: KeyObject;
}

/** Seconds that a verified token is remembered at most: for so long after it was withdrawn, a provider's key may still count. */
const REMEMBERED = 600;

/**
 * Verifies JWT bearer tokens (RFC 8725): the algorithm is fixed by our key, never by the token.
 *
 * What was verified is remembered for a while: an asymmetric signature costs several times the rest of a request.
 */
export class JwtVerifier extends TokenVerifier {
  private readonly verified = new LRUCache<string, { readonly identity: Identity; readonly until: number }>({ max: 50_000 });

  constructor(private readonly options: JwtOptions) {
    super();
  }

  recall(token: string): Identity | undefined {
    const known = this.verified.get(token);
    return known && known.until > Date.now() / 1_000 ? known.identity : undefined;
  }

  async verify(token: string): Promise<Identity> {
    const known = this.recall(token);
    if (known) return known;
    if (token.length > MAX_TOKEN_BYTES) throw unauthenticated('The token is longer than 8 KiB.');
    const jws = readJws(token);
    const isOwn = this.options.ownKey !== undefined && jws.claims['iss'] === OWN_ISSUER;
    // Before the signature: an expired token is told so without asking a provider for a key that is long gone.
    const identity = readClaims(jws.claims, isOwn ? { ...this.options, issuer: OWN_ISSUER } : this.options);
    const key = isOwn ? this.options.ownKey : await this.find(jws.header);
    if (!key || !isSignedWith(key, jws)) throw unauthenticated('The token is not signed with a key that is trusted here.');
    this.verified.set(token, { identity, until: Math.min(identity.expiresAt + TOLERANCE_SECONDS, Date.now() / 1_000 + REMEMBERED) });
    return identity;
  }

  isUp(): boolean {
    return this.options.keys?.isUp() ?? true;
  }

  private find(header: JwsHeader): KeyObject | undefined | Promise<KeyObject | undefined> {
    return this.options.keys?.find(header);
  }
}
