import { createPublicKey, type KeyObject } from 'node:crypto';
import { type PublicJwk, TokenSigner } from '@scoreboard/application';
import type { ActionGrant } from '@scoreboard/domain';
import { algorithmsOf, type Settings } from '@scoreboard/infrastructure/config';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, SignJWT } from 'jose';
import { type ClaimRules, outsideRules, ownRules } from './claim-rules';
import { writeClaims } from './jwt-claims';
import { secretKey } from './key-source';

/** What a `JwtSigner` signs with. */
export interface JwtSignerOptions {
  readonly key: CryptoKey | KeyObject;
  readonly algorithm: string;
  /** The rules by which the verifier reads the claims. */
  readonly rules: ClaimRules;
  /** The public key of a private key; its `kid` is in the header of each token. */
  readonly publicKey?: PublicJwk;
}

/** Signs tokens with a secret, or with a private key whose public key it publishes. */
export class JwtSigner extends TokenSigner {
  readonly publicKey?: PublicJwk;
  readonly issuer: string;

  constructor(private readonly options: JwtSignerOptions) {
    super();
    this.issuer = options.rules.issuers?.[0] ?? '';
    this.publicKey = options.publicKey;
  }

  sign(subject: string, grant: readonly string[] | ActionGrant, expiresIn: number): Promise<string> {
    const { key, algorithm, rules } = this.options;
    const iat = Math.floor(Date.now() / 1_000);
    const claims = { ...writeClaims(subject, grant, rules), iat, exp: iat + expiresIn };
    return new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: this.publicKey?.kid }).sign(key);
  }
}

/** The signer for these settings; null if they contain no signing key. */
export async function signerOf(settings: Settings): Promise<JwtSigner | null> {
  const { JWT_PRIVATE_KEY, JWT_SECRET } = settings;
  if (JWT_PRIVATE_KEY) {
    const publicKey = await publicJwk(createPublicKey(JWT_PRIVATE_KEY));
    return new JwtSigner({ key: JWT_PRIVATE_KEY, algorithm: publicKey.alg, rules: ownRules(settings), publicKey });
  }
  if (!JWT_SECRET) return null;
  const { key } = secretKey(JWT_SECRET);
  return new JwtSigner({ key, algorithm: 'HS256', rules: outsideRules(settings) });
}

/** A public key to publish (RFC 7517), with its thumbprint as `kid` (RFC 7638), for the one algorithm that we sign with. */
export async function publicJwk(key: KeyObject): Promise<PublicJwk> {
  const members = (await exportJWK(key)) as Readonly<Record<string, string>>;
  return { ...members, kid: await calculateJwkThumbprint(members), use: 'sig', alg: algorithmsOf(key)[0]! };
}
