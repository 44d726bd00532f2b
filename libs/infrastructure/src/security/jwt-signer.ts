import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { type PublicJwk, TokenSigner } from '@scoreboard/application';
import type { ActionGrant } from '@scoreboard/domain';
import { OWN_ISSUER, type Settings } from '@scoreboard/infrastructure/config';
import { grantClaims } from './action-claims';
import { publicJwk } from './jwk';
import { signJws } from './jws';

export interface JwtSignerOptions {
  /** An HS256 secret, or a private key for RS256, ES256 or EdDSA by its type. */
  readonly key: KeyObject | string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly userClaim?: string;
}

/** Signs tokens with a secret, or with a private key whose public half it can show. */
export class JwtSigner extends TokenSigner {
  readonly publicKey?: PublicJwk;
  private readonly key: KeyObject;

  constructor(private readonly options: JwtSignerOptions) {
    super();
    this.key = typeof options.key === 'string' ? createSecretKey(Buffer.from(options.key)) : options.key;
    if (this.key.type === 'private') this.publicKey = publicJwk(createPublicKey(this.key));
  }

  sign(subject: string, grant: readonly string[] | ActionGrant, expiresIn: number): string {
    const { issuer: iss, audience: aud, userClaim = 'sub' } = this.options;
    const iat = Math.floor(Date.now() / 1_000);
    const claims = { iss, aud, sub: subject, [userClaim]: subject, ...grantClaims(grant), iat, exp: iat + expiresIn };
    return signJws(claims, this.key, this.publicKey?.kid);
  }
}

/** What signs tokens under these settings; null where they hold no key to sign with. */
export function signerOf({ JWT_PRIVATE_KEY, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE: audience, JWT_USER_CLAIM: userClaim }: Settings): JwtSigner | null {
  if (JWT_PRIVATE_KEY) return new JwtSigner({ key: JWT_PRIVATE_KEY, issuer: OWN_ISSUER, audience, userClaim });
  return JWT_SECRET ? new JwtSigner({ key: JWT_SECRET, issuer: JWT_ISSUER, audience, userClaim }) : null;
}
