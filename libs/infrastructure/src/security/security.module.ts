import { createPublicKey, createSecretKey } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { FaultLog, HitCounts, RequestLimits, Sealer, TokenSigner, TokenVerifier } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { signerOf } from './jwt-signer';
import { JwtStrategy } from './jwt.strategy';
import { JwtVerifier } from './jwt-verifier';
import { KeyRing } from './key-ring';
import { fixedKey, type KeySource } from './key-source';
import { RemoteKeySet } from './remote-key-set';
import { SharedHits } from './shared-hits';
import { SlidingWindowLimits } from './sliding-window-limits';

/** The most new guests, and the most token requests, of one address in a minute. */
const MAX_ISSUED = 30;

/** Where the keys of tokens from outside are; undefined where only those made here are taken. */
const KEY_SOURCE = Symbol('where keys are');

/** Token verification, signing and sealing where this process holds the keys, and the limits of requests. */
@Module({})
export class SecurityModule {
  static forRoot(settings: Settings): DynamicModule {
    const { JWT_PRIVATE_KEY, JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_USER_CLAIM: userClaim } = settings;
    const { DATA_ENCRYPTION_KEYS: dataKeys } = settings;
    const ownKey = JWT_PRIVATE_KEY && createPublicKey(JWT_PRIVATE_KEY);
    return {
      module: SecurityModule,
      global: true,
      providers: [
        { provide: KEY_SOURCE, useFactory: (faults: FaultLog) => keySourceOf(settings, faults), inject: [FaultLog] },
        { provide: JwtVerifier, useFactory: (keys?: KeySource) => new JwtVerifier({ keys, ownKey, issuer, audience, userClaim }), inject: [KEY_SOURCE] },
        { provide: TokenVerifier, useExisting: JwtVerifier },
        { provide: JwtStrategy, useFactory: (verifier: JwtVerifier) => new JwtStrategy(verifier), inject: [JwtVerifier] },
        {
          provide: RequestLimits,
          useFactory: (faults: FaultLog, counts?: HitCounts) => new SlidingWindowLimits({ limits: limitsOf(settings), shared: counts && new SharedHits(counts, faults) }),
          inject: [FaultLog, { token: HitCounts, optional: true }],
        },
        { provide: TokenSigner, useFactory: () => signerOf(settings) },
        { provide: Sealer, useFactory: () => (dataKeys ? new KeyRing(dataKeys) : null) },
      ],
      exports: [RequestLimits, TokenVerifier, TokenSigner, Sealer],
    };
  }
}

/** Requests a minute; 0 is no limit, and for reads none by address at all. */
function limitsOf({ RATE_LIMIT_WRITES: writes, RATE_LIMIT_READS: reads }: Settings) {
  const issued = Math.min(MAX_ISSUED, reads);
  return { writes, reads, guests: issued, tokens: issued };
}

function keySourceOf({ JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI }: Settings, faults: FaultLog): KeySource | undefined {
  if (JWT_JWKS_URI) return new RemoteKeySet({ uri: JWT_JWKS_URI, onFault: (error) => faults.report('key set', error) });
  if (JWT_PUBLIC_KEY) return fixedKey(JWT_PUBLIC_KEY);
  return JWT_SECRET ? fixedKey(createSecretKey(Buffer.from(JWT_SECRET))) : undefined;
}
