import { createPublicKey } from 'node:crypto';
import { TokenVerifier, TOLERANCE_SECONDS } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { OWN_ISSUER, type Settings } from '@scoreboard/infrastructure/config';
import { LRUCache } from 'lru-cache';
import { type ClaimRules, outsideRules, ownRules } from './claim-rules';
import { readClaims } from './jwt-claims';
import { fixedKey, type KeySource, publicKey } from './key-source';
import { isSignedWith, readToken, unauthenticated } from './signed-token';

/** A source of accepted tokens: the keys that sign them, and the rules for their claims. */
export interface TokenOrigin {
  readonly keys: KeySource;
  readonly rules: ClaimRules;
}

/** Whose tokens a `JwtVerifier` accepts. */
export interface JwtOptions {
  /** Tokens signed by a provider or by the operator; absent if only our own tokens are accepted. */
  readonly outside?: TokenOrigin;
  /** Our own key pair. If set, tokens of the issuer `scoreboard` are only accepted with this key. */
  readonly own?: TokenOrigin;
  /** Called with the identity of each token that is verified and was not remembered. */
  readonly onVerified?: (identity: Identity) => void;
}

/** How long a verified token is remembered at most, in seconds. A withdrawn key of a provider may be accepted for as long. */
const REMEMBERED = 600;
/** Maximum size of all remembered tokens: 64 MiB. */
const REMEMBERED_BYTES = 64 * 2 ** 20;
/** What a token counts at least, so that 50,000 are the most. The option `max` of the cache would reserve room for all of them at once. */
const LEAST_BYTES = Math.ceil(REMEMBERED_BYTES / 50_000);

/**
 * Verifies JWT bearer tokens (RFC 8725). The key determines the algorithm, never the token.
 *
 * Verified tokens are remembered for a while, because checking a signature may cost more than the rest of a request.
 */
export class JwtVerifier extends TokenVerifier {
  private readonly verified = new LRUCache<string, { readonly identity: Identity; readonly until: number }>({
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: (_verified, token) => Math.max(token.length, LEAST_BYTES),
  });

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
    const { hint, claims } = readToken(token);
    const { own, outside } = this.options;
    const origin = own && claims.iss === OWN_ISSUER ? own : outside;
    if (!origin) throw untrusted();
    // Before the signature, so that an expired token is refused without asking a provider for a key that no longer exists.
    const identity = readClaims(claims, origin.rules);
    for await (const key of origin.keys.candidates(hint)) if (await isSignedWith(key, token)) return this.remember(token, identity);
    throw untrusted();
  }

  isUp(): boolean {
    return this.options.outside?.keys.isUp() ?? true;
  }

  private remember(token: string, identity: Identity): Identity {
    this.verified.set(token, { identity, until: Math.min(identity.expiresAt + TOLERANCE_SECONDS, Date.now() / 1_000 + REMEMBERED) });
    this.options.onVerified?.(identity);
    return identity;
  }
}

/** The verifier for these settings; `keys`: the keys of tokens from outside. */
export function verifierOf(settings: Settings, keys?: KeySource, onVerified?: JwtOptions['onVerified']): JwtVerifier {
  const { JWT_PRIVATE_KEY } = settings;
  const ownKey = JWT_PRIVATE_KEY && publicKey(createPublicKey(JWT_PRIVATE_KEY));
  return new JwtVerifier({
    onVerified,
    outside: keys && { keys, rules: outsideRules(settings) },
    // Of the algorithms that the key supports, only the one that we sign with.
    own: ownKey && { keys: fixedKey({ ...ownKey, algorithms: ownKey.algorithms.slice(0, 1) }), rules: ownRules(settings) },
  });
}

const untrusted = () => unauthenticated('The token is not signed with a key that is trusted here.');
