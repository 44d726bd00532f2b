import { readSettings, type Settings, SettingsError } from '@scoreboard/infrastructure/config';
import { PARTS, type ScoreboardExtras, type ScoreboardOptions } from './scoreboard-options';

/** The injection token of the checked settings. */
export const HOST_SETTINGS = Symbol('settings of the scoreboard');

/** The setting of a role for each option: its checks and its default hold here too. */
const OPTION_OF: Readonly<Record<string, string>> = {
  DATABASE_URL: 'databaseUrl',
  REDIS_URL: 'redisUrl',
  RABBITMQ_URL: 'rabbitmqUrl',
  DATA_DIR: 'dataFolder',
  BOARDS_FILE: 'boardsFile',
  FLAG_RULES_FILE: 'flagRulesFile',
  MAX_SCORE_INCREMENT: 'maxIncrement',
  REQUIRE_ACTION_TOKEN: 'requireActionToken',
  RATE_LIMIT_WRITES: 'writesPerMinute',
  RATE_LIMIT_READS: 'readsPerMinute',
  TRUST_PROXY: 'trustProxy',
  PUSH_INTERVAL_MS: 'pushIntervalMs',
  MAX_CONNECTIONS: 'maxConnections',
  MAX_CONNECTIONS_PER_ADDRESS: 'maxConnectionsPerAddress',
  CORS_ORIGINS: 'corsOrigins',
  JWT_SECRET: 'auth.secret',
  JWT_PUBLIC_KEY: 'auth.publicKey',
  JWT_JWKS_URI: 'auth.jwksUri',
  JWT_PRIVATE_KEY: 'auth.privateKey',
  JWT_ISSUER: 'auth.issuer',
  JWT_AUDIENCE: 'auth.audience',
  JWT_USER_CLAIM: 'auth.userClaim',
  JWT_SCOPE_CLAIMS: 'auth.scopeClaims',
  JWT_DEFAULT_SCOPES: 'auth.defaultScopes',
};

/** Known before the application is created, so `useFactory` cannot return them. */
const EXTRAS: readonly string[] = ['roles', 'adapters', 'operations'] satisfies (keyof ScoreboardExtras)[];

/** Servers without a database are refused, because two ledgers with one queue would share the points out. The host's own ledger is one for all. */
const OWN_LEDGER = { DATABASE_URL: 'postgres://127.0.0.1/never-connected' };

/** The checked settings of a host. Throws `SettingsError` with a sentence for each option that is wrong or missing. */
export function hostSettings(options: ScoreboardOptions, extras: ScoreboardExtras): Settings {
  const missing = [...unknownOptions(options), ...missingParts(options, extras)];
  if (missing.length) throw new SettingsError(missing);
  const given = Object.entries(OPTION_OF).map(([name, path]) => [name, valueAt(options, path)] as const);
  const settings = Object.fromEntries(given.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
  try {
    return readSettings('standalone', extras.adapters?.ledger ? { ...settings, ...OWN_LEDGER } : settings);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(error.lines.map((line) => `ScoreboardModule: ${line.replace(/[A-Z]+(?:_[A-Z]+)+/g, (name) => OPTION_OF[name] ?? name)}`));
  }
}

const valueAt = (options: object, path: string): unknown => path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], options);

/** Misspelled ones would be without effect. */
function unknownOptions({ auth = {}, ...options }: ScoreboardOptions): string[] {
  const known = ['migrations', ...Object.values(OPTION_OF)];
  const names = [...Object.keys(options), ...Object.keys(auth).map((name) => `auth.${name}`)];
  return names.filter((name) => !known.includes(name)).map((name) => `ScoreboardModule: ${name}: is no option${EXTRAS.includes(name) ? ' of useFactory: put it beside it' : ''}.`);
}

/** The parts of the way of an update that no option provides. */
function missingParts({ redisUrl, rabbitmqUrl, auth = {} }: ScoreboardOptions, { roles = PARTS, adapters = {} }: ScoreboardExtras): string[] {
  const has = (part: (typeof PARTS)[number]) => roles.includes(part);
  const lines: string[] = [];
  const unknown = roles.filter((role) => !PARTS.includes(role));
  if (!roles.length || unknown.length) lines.push(`roles: expected some of ${PARTS.join(', ')}; received ${JSON.stringify(roles)}.`);
  if (!rabbitmqUrl && !adapters.queue && has('api') !== has('worker')) {
    lines.push('roles: api and worker are apart, but their queue is in this process. Set rabbitmqUrl or adapters.queue, or have both roles here.');
  }
  if (!redisUrl && !(adapters.leaderboard && adapters.feed) && !has('worker')) {
    lines.push('roles: the worker is elsewhere, but the leaderboard is in this process. Set redisUrl, or adapters.leaderboard and adapters.feed, or add the role worker.');
  }
  const hasKey = [auth.secret, auth.publicKey, auth.jwksUri, auth.privateKey].some(Boolean);
  if (!hasKey && !adapters.verifier && (has('api') || has('gateway'))) {
    lines.push('auth: nothing verifies tokens. Set auth.secret, auth.publicKey, auth.jwksUri or auth.privateKey, or adapters.verifier.');
  }
  return lines.map((line) => `ScoreboardModule: ${line}`);
}
