import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { FaultLog, HitCounts, RequestLimits, Sealer, TokenSigner, TokenVerifier } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { signerOf } from './jwt-signer';
import { JwtStrategy } from './jwt.strategy';
import { JwtVerifier, verifierOf } from './jwt-verifier';
import { KeyRing } from '@scoreboard/infrastructure/encryption';
import { fixedKey, type KeySource, publicKey, secretKey } from './key-source';
import { RemoteKeySet } from './remote-key-set';
import { SharedHits } from '@scoreboard/infrastructure/rate-limits';
import { SlidingWindowLimits } from '@scoreboard/infrastructure/rate-limits';

/** The most new guests, and the most token requests, of one address in a minute. */
const MAX_ISSUED = 30;

/** Where the keys of tokens from outside are; undefined where only those made here are taken. */
const KEY_SOURCE = Symbol('where keys are');

/** Token verification, signing and sealing where this process holds the keys, and the limits of requests. */
@Module({})
export class SecurityModule {
  static forRoot(settings: Settings): DynamicModule {
    const { DATA_ENCRYPTION_KEYS: dataKeys } = settings;
    return {
      module: SecurityModule,
      global: true,
      providers: [
        { provide: KEY_SOURCE, useFactory: (faults: FaultLog) => keySourceOf(settings, faults), inject: [FaultLog] },
        { provide: JwtVerifier, useFactory: (keys?: KeySource) => verifierOf(settings, keys), inject: [KEY_SOURCE] },
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

async function keySourceOf({ JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI }: Settings, faults: FaultLog): Promise<KeySource | undefined> {
  if (JWT_JWKS_URI) return remoteKeys(JWT_JWKS_URI, faults);
  if (JWT_PUBLIC_KEY) return fixedKey(publicKey(JWT_PUBLIC_KEY));
  return JWT_SECRET ? fixedKey(await secretKey(JWT_SECRET)) : undefined;
}

function remoteKeys(uri: string, faults: FaultLog): RemoteKeySet {
  const logger = new Logger('KeySet');
  return new RemoteKeySet({
    uri,
    onFault: (error) => faults.report('key set', error),
    onLeftOut: (lines) => logger.warn(`keys of the key set that cannot be used: ${lines.join('; ')}`),
  });
}
