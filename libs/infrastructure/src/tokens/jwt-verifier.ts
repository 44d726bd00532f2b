import { createPublicKey } from 'node:crypto';
import { TokenVerifier, TOLERANCE_SECONDS } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { OWN_ISSUER, type Settings } from '@scoreboard/infrastructure/config';
import { LRUCache } from 'lru-cache';
import { type ClaimRules, outsideRules, ownRules } from './claim-rules';
import { readClaims } from './jwt-claims';
import { fixedKey, type KeySource, publicKey } from './key-source';
import { isSignedWith, readToken, unauthenticated } from './signed-token';

/** Whose tokens are taken: the keys that sign them, and what their claims mean. */
export interface TokenOrigin {
  readonly keys: KeySource;
  readonly rules: ClaimRules;
}

export interface JwtOptions {
  /** The operator or a provider; absent where only tokens made here are taken. */
  readonly outside?: TokenOrigin;
  /** Our own key pair. Where given, a token of the issuer `scoreboard` is good with its key alone. */
  readonly own?: TokenOrigin;
}

/** Seconds that a verified token is remembered at most: for so long after it was withdrawn, a provider's key may still count. */
const REMEMBERED = 600;
/** What all remembered tokens may have together: 64 MiB. */
const REMEMBERED_BYTES = 64 * 2 ** 20;

/**
 * Verifies JWT bearer tokens (RFC 8725): the algorithm is fixed by our key, never by the token.
 *
 * What was verified is remembered for a while: a signature costs several times the rest of a request.
 */
export class JwtVerifier extends TokenVerifier {
  private readonly verified = new LRUCache<string, { readonly identity: Identity; readonly until: number }>({
    max: 50_000,
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: (_verified, token) => token.length,
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
    // Before the signature: an expired token is told so without asking a provider for a key that is long gone.
    const identity = readClaims(claims, origin.rules);
    for await (const key of origin.keys.candidates(hint)) if (await isSignedWith(key, token)) return this.remember(token, identity);
    throw untrusted();
  }

  isUp(): boolean {
    return this.options.outside?.keys.isUp() ?? true;
  }

  private remember(token: string, identity: Identity): Identity {
    this.verified.set(token, { identity, until: Math.min(identity.expiresAt + TOLERANCE_SECONDS, Date.now() / 1_000 + REMEMBERED) });
    return identity;
  }
}

/** What verifies tokens under these settings; `keys` are those of tokens from outside. */
export function verifierOf(settings: Settings, keys?: KeySource): JwtVerifier {
  const { JWT_PRIVATE_KEY } = settings;
  const ownKey = JWT_PRIVATE_KEY && publicKey(createPublicKey(JWT_PRIVATE_KEY));
  return new JwtVerifier({
    outside: keys && { keys, rules: outsideRules(settings) },
    // Of the algorithms that it is good for, the one that we sign with.
    own: ownKey && { keys: fixedKey({ ...ownKey, algorithms: ownKey.algorithms.slice(0, 1) }), rules: ownRules(settings) },
  });
}

const untrusted = () => unauthenticated('The token is not signed with a key that is trusted here.');
