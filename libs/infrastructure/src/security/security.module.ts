import { type DynamicModule, Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { Sealer, TokenSigner, TokenVerifier } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { JwtSigner } from './jwt-signer';
import { JwtStrategy } from './jwt.strategy';
import { JwtVerifier } from './jwt-verifier';
import { KeyRing } from './key-ring';
import { SlidingWindowStorage } from './sliding-window.storage';

const MINUTE_MS = 60_000;

/** Token verification, signing and sealing where this process holds the keys, and the counters behind the limits `writes` and `reads`. */
@Module({})
export class SecurityModule {
  static forRoot(settings: Settings): DynamicModule {
    const { JWT_SECRET: secret, JWT_PUBLIC_KEY: publicKey, JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_USER_CLAIM: userClaim } = settings;
    const { DATA_ENCRYPTION_KEYS: dataKeys } = settings;
    const throttlers = [
      { name: 'writes', limit: settings.RATE_LIMIT_WRITES, ttl: MINUTE_MS },
      { name: 'reads', limit: settings.RATE_LIMIT_READS, ttl: MINUTE_MS },
    ];
    return {
      module: SecurityModule,
      global: true,
      imports: [ThrottlerModule.forRoot({ throttlers, setHeaders: false, storage: new SlidingWindowStorage() })],
      providers: [
        { provide: JwtVerifier, useFactory: () => new JwtVerifier({ secret, publicKey, issuer, audience, userClaim }) },
        { provide: TokenVerifier, useExisting: JwtVerifier },
        { provide: JwtStrategy, useFactory: (verifier: JwtVerifier) => new JwtStrategy(verifier), inject: [JwtVerifier] },
        { provide: TokenSigner, useFactory: () => (secret && !publicKey ? new JwtSigner({ secret, issuer, audience, userClaim }) : null) },
        { provide: Sealer, useFactory: () => (dataKeys ? new KeyRing(dataKeys) : null) },
      ],
      exports: [ThrottlerModule, TokenVerifier, TokenSigner, Sealer],
    };
  }
}
