import { createSecretKey, type KeyObject } from 'node:crypto';
import { TokenSigner } from '@scoreboard/application';
import { sign } from 'jsonwebtoken';

/** Signs tokens with the HS256 secret that they are verified with. */
export class JwtSigner extends TokenSigner {
  private readonly key: KeyObject;

  constructor(private readonly options: { readonly secret: string; readonly issuer?: string; readonly audience?: string; readonly userClaim?: string }) {
    super();
    this.key = createSecretKey(Buffer.from(options.secret));
  }

  sign(subject: string, scopes: readonly string[], expiresIn: number): string {
    const { issuer, audience, userClaim = 'sub' } = this.options;
    return sign({ scope: scopes.join(' '), [userClaim]: subject }, this.key, {
      algorithm: 'HS256',
      ...(userClaim === 'sub' ? {} : { subject }),
      expiresIn,
      ...(issuer ? { issuer } : {}),
      ...(audience ? { audience } : {}),
    });
  }
}
