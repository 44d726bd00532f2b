import { createSecretKey, type KeyObject } from 'node:crypto';
import { TokenVerifier } from '@scoreboard/application';
import { type Identity, Refusal } from '@scoreboard/domain';
import { type Algorithm, type JwtPayload, verify } from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';

export interface JwtOptions {
  /** HS256 key, or instead of it a public key: RS256 or ES256 by its type. */
  readonly secret?: string;
  readonly publicKey?: KeyObject;
  /** Checked where given. */
  readonly issuer?: string;
  readonly audience?: string;
  /** The claim that names the user. Default `sub`. */
  readonly userClaim?: string;
}

/** A longer token is refused unread. */
const MAX_TOKEN_BYTES = 4_096;

/** Seconds by which clocks may differ. */
const TOLERANCE = 5;

/** As OpenID Connect bounds a subject's length; it is stored with what a service's token did. */
const SUBJECT = /^\P{Cc}{1,255}$/u;
const isSubject = (value: unknown): value is string => typeof value === 'string' && SUBJECT.test(value);

/**
 * Verifies JWT bearer tokens (RFC 8725): the algorithm is fixed by our key, never by the token, whose `kid`, `jku`, `jwk`
 * and `x5u` are not looked at; `exp` and `sub` are required.
 *
 * What was verified is remembered up to its expiry: an asymmetric signature costs ten times the rest of a request.
 */
export class JwtVerifier extends TokenVerifier {
  readonly key: KeyObject;
  private readonly algorithms: Algorithm[];
  private readonly verified = new LRUCache<string, Identity>({ max: 50_000 });

  constructor(private readonly options: JwtOptions) {
    super();
    this.key = options.publicKey ?? createSecretKey(Buffer.from(options.secret!));
    this.algorithms = [algorithmOf(this.key)];
  }

  recall(token: string): Identity | undefined {
    const identity = this.verified.get(token);
    return identity && identity.expiresAt + TOLERANCE > Date.now() / 1_000 ? identity : undefined;
  }

  verify(token: string): Identity {
    const known = this.recall(token);
    if (known) return known;
    if (token.length > MAX_TOKEN_BYTES) throw unauthenticated('The token is longer than 4 KiB.');
    try {
      return this.accept(token, verify(token, this.key, this.verifyOptions) as JwtPayload);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw unauthenticated(explain(error as Error));
    }
  }

  /** The rules in the library's words, for the HTTP strategy as well. */
  get verifyOptions() {
    const { issuer, audience } = this.options;
    return { algorithms: this.algorithms, clockTolerance: TOLERANCE, ...(issuer ? { issuer } : {}), ...(audience ? { audience } : {}) };
  }

  /** Reads the claims of a token whose signature and times hold, and remembers it. */
  accept(token: string, claims: JwtPayload | string): Identity {
    if (token.length > MAX_TOKEN_BYTES) throw unauthenticated('The token is longer than 4 KiB.');
    if (typeof claims === 'string') throw unauthenticated('The token holds no claims.');
    if (typeof claims.exp !== 'number') throw unauthenticated('The token has no exp.');
    if (!isSubject(claims.sub)) throw unauthenticated('The token has no valid sub: 1 to 255 characters, none of them a control character.');
    const userId: unknown = claims[this.options.userClaim ?? 'sub'];
    if (!isSubject(userId)) throw unauthenticated('The token names no valid user.');
    const identity: Identity = {
      issuer: typeof claims.iss === 'string' ? claims.iss : '',
      subject: claims.sub,
      userId,
      // RFC 8693, section 4.2: scopes parted by spaces; anything else grants nothing.
      scopes: new Set(typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : []),
      expiresAt: claims.exp,
    };
    this.verified.set(token, identity);
    return identity;
  }
}

/** The settings let no other kinds of key in. */
const algorithmOf = (key: KeyObject): Algorithm => (key.type === 'secret' ? 'HS256' : key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256');

const unauthenticated = (detail: string) => new Refusal('unauthenticated', { detail });

/** The library's messages name what is wrong with a token and nothing of ours. */
const explain = ({ name, message }: Error) =>
  name === 'TokenExpiredError' ? 'The token has expired.' : name === 'NotBeforeError' ? 'The token is not valid yet.' : `The token is not valid: ${message}.`;
