import { type DynamicModule, type FactoryProvider, Logger, Module } from '@nestjs/common';
import { ErrorReporter, SignInProvider, TokenSigner, TokenVerifier } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import { signerOf } from './jwt-signer';
import { JwtStrategy } from './jwt.strategy';
import { JwtVerifier, verifierOf } from './jwt-verifier';
import { fixedKey, type KeySource, publicKey, secretKey } from './key-source';
import { OidcDiscovery } from './oidc-discovery';
import { RemoteKeySet } from './remote-key-set';

/** Injection token of the keys of outside tokens; undefined if only our own tokens are accepted. */
const KEY_SOURCE = Symbol('where keys are');

const SETTINGS = Symbol('settings of the tokens');

/** Verifies tokens, and signs them if this process has a signing key. */
@Module({})
export class TokensModule {
  static forRoot(settings: Settings): DynamicModule {
    return TokensModule.forRootAsync({ useFactory: () => settings });
  }

  /** For settings that are known when the application is created. */
  static forRootAsync(settings: Pick<FactoryProvider<Settings>, 'useFactory' | 'inject'>): DynamicModule {
    return {
      module: TokensModule,
      global: true,
      providers: [
        { provide: SETTINGS, ...settings },
        { provide: KEY_SOURCE, useFactory: keySourceOf, inject: [SETTINGS, ErrorReporter] },
        {
          provide: JwtVerifier,
          useFactory: (given: Settings, events: ScoreboardEvents, keys?: KeySource) => verifierOf(given, keys, (identity) => events.emit('token.verified', { identity })),
          inject: [SETTINGS, ScoreboardEvents, KEY_SOURCE],
        },
        { provide: TokenVerifier, useExisting: JwtVerifier },
        { provide: JwtStrategy, useFactory: (verifier: JwtVerifier) => new JwtStrategy(verifier), inject: [JwtVerifier] },
        { provide: TokenSigner, useFactory: (given: Settings) => signerOf(given), inject: [SETTINGS] },
        { provide: SignInProvider, useFactory: signInProviderOf, inject: [SETTINGS, ErrorReporter] },
      ],
      exports: [TokenVerifier, TokenSigner, SignInProvider],
    };
  }
}

function keySourceOf({ JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI }: Settings, errors: ErrorReporter): KeySource | undefined {
  if (JWT_JWKS_URI) return remoteKeys(JWT_JWKS_URI, errors);
  if (JWT_PUBLIC_KEY) return fixedKey(publicKey(JWT_PUBLIC_KEY));
  return JWT_SECRET ? fixedKey(secretKey(JWT_SECRET)) : undefined;
}

function remoteKeys(uri: string, errors: ErrorReporter): RemoteKeySet {
  const logger = new Logger('KeySet');
  return new RemoteKeySet({
    uri,
    onFault: (error) => errors.report('key set', error),
    onLeftOut: (lines) => logger.warn(`some keys of the key set cannot be used: ${lines.join('; ')}`),
  });
}

/** Undefined where operators sign in with a token only. */
function signInProviderOf(settings: Settings, errors: ErrorReporter): OidcDiscovery | undefined {
  const { ADMIN_DESK, ADMIN_OIDC_ISSUER: issuer, ADMIN_OIDC_CLIENT_ID: clientId, ADMIN_OIDC_SCOPES: scope = 'openid', ADMIN_OIDC_AUDIENCE: audience } = settings;
  if (!ADMIN_DESK || !issuer || !clientId) return undefined;
  return new OidcDiscovery({ issuer, clientId, scope, ...(audience !== undefined && { audience }), onFault: (error) => errors.report('sign-in provider of the desk', error) });
}
