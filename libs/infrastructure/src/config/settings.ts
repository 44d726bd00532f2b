import { existsSync } from 'node:fs';
import { originOf, originPattern } from '@scoreboard/application';
import { z } from 'zod';
import { ambientProblems } from './unsafe-environment';
import { readCertificate } from './certificate';
import { claim, claimProblems, claims, list, scopeMap, scopes } from './claim-settings';
import { actionLimitsFile } from './action-limits';
import { boardsFile } from './boards-file';
import { dataKeys, userIdKey } from './data-keys';
import { audience, clientId, deskProviderProblems, requestedScopes } from './desk-provider';
import { extensions } from './extensions';
import { flagRulesFile } from './flag-rules-file';
import { OWN_ISSUER } from './jwt-key';
import { privateKeySetting, publicKeySetting } from './key-settings';
import { readSecretFiles, secretFileSettings } from './secret-files';
import { brokers, databaseUrl, oneServerUrl, serverUrl } from './server-urls';
import { SettingsError } from './settings-error';
import { isTrustedUrl } from './trusted-url';
import { webhooksFile } from './webhooks-file';

/** The program that a process runs. */
export type Role = 'api' | 'worker' | 'gateway' | 'standalone' | 'cli';
const PORTS: Record<Role, number> = { api: 3000, standalone: 3000, gateway: 3001, worker: 3002, cli: 0 };

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);
const share = z
  .string()
  .transform(Number)
  .refine((value) => value >= 0 && value <= 1, 'must be a number from 0 to 1');
const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');
const trustedUrl = z.string().refine(isTrustedUrl, 'must be a URL that begins with https:// and contains no password; http:// is for this machine only');

const ORIGIN_FORM = 'must be an origin without a path: https://example.com, https://*.example.com (any one label) or capacitor://localhost';
const origins = z.string().transform((value, context) =>
  value.split(',').map((entry, i) => {
    const pattern = originPattern(entry.trim());
    if (pattern === undefined) context.addIssue({ code: 'custom', message: `entry ${i + 1} ${ORIGIN_FORM}` });
    return pattern ?? z.NEVER;
  }),
);

/** These go into the Content-Security-Policy of pages. */
const avatarOrigins = list
  .transform((entries) => entries.map((entry) => originOf(entry) ?? ''))
  .refine((entries) => entries.every((origin) => origin.startsWith('https://')), 'must be origins that begin with https://, without a path, separated by commas');

/** This URL goes into pages and their Content-Security-Policy, so it must not contain characters with a meaning there: an origin and a path, in the form of browsers. */
const pageUrl = z.string().transform((value, context) => {
  const { origin, pathname, search, hash, username, password } = URL.canParse(value) ? new URL(value) : new URL('none:');
  const isPlain = /^https?:/.test(origin) && originOf(origin) && /^[\w.~/-]*$/.test(pathname) && !search && !hash && !username && !password;
  if (isPlain) return origin + pathname.replace(/\/+$/, '');
  context.addIssue({ code: 'custom', message: 'must be a URL that begins with http:// or https://, with a host, an optional port and an optional path of A-Z a-z 0-9 - . _ ~ /' });
  return z.NEVER;
});

/** All settings, with their types and defaults. `.env.example` documents them. */
export const SETTINGS = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535).optional(),
  DATABASE_URL: databaseUrl.optional(),
  REDIS_URL: oneServerUrl('redis', 'rediss').optional(),
  RABBITMQ_URL: brokers.optional(),
  DATA_DIR: z.string().default('.data'),
  JWT_SECRET: z.string().refine((value) => Buffer.byteLength(value) >= 32, 'must be at least 32 bytes long').optional(),
  JWT_PUBLIC_KEY: publicKeySetting.optional(),
  JWT_JWKS_URI: trustedUrl.optional(),
  JWT_PRIVATE_KEY: privateKeySetting.optional(),
  DATA_ENCRYPTION_KEYS: dataKeys.optional(),
  USER_ID_KEY: userIdKey.optional(),
  JWT_ISSUER: list.optional(),
  JWT_AUDIENCE: list.optional(),
  JWT_AUDIENCE_CLAIM: claim.default('aud'),
  JWT_USER_CLAIM: claim.default('sub'),
  JWT_NAME_CLAIM: claim.optional(),
  JWT_PICTURE_CLAIM: claim.optional(),
  JWT_SCOPE_CLAIMS: claims.default(['scope', 'scp', 'permissions', 'roles']),
  JWT_SCOPE_PREFIX: z.string().default(''),
  JWT_SCOPE_MAP: scopeMap.default([]),
  JWT_DEFAULT_SCOPES: scopes.default([]),
  MAX_SCORE_INCREMENT: whole(1, Number.MAX_SAFE_INTEGER).default(1_000),
  REQUIRE_ACTION_TOKEN: flag.default(false),
  ACTION_LIMITS_FILE: actionLimitsFile.optional(),
  BOARDS_FILE: boardsFile.optional(),
  FLAG_RULES_FILE: flagRulesFile.optional(),
  RATE_LIMIT_WRITES: whole(0, 1_000_000).default(120),
  RATE_LIMIT_READS: whole(0, 1_000_000).default(1_200),
  MAX_CONNECTIONS: whole(1, 1_000_000).default(10_000),
  MAX_CONNECTIONS_PER_ADDRESS: whole(0, 1_000_000).default(0),
  TRUST_PROXY: whole(0, 10).default(0),
  GUEST_PLAY: flag.optional(),
  GUEST_CLAIM_MAX_POINTS: whole(0, Number.MAX_SAFE_INTEGER).default(10_000),
  ADMIN_DESK: flag.optional(),
  ADMIN_OIDC_ISSUER: trustedUrl.refine((value) => !/[?#]/.test(value), 'must be an issuer: a URL without ? and #').optional(),
  ADMIN_OIDC_CLIENT_ID: clientId.optional(),
  ADMIN_OIDC_SCOPES: requestedScopes.optional(),
  ADMIN_OIDC_AUDIENCE: audience.optional(),
  PUSH_INTERVAL_MS: whole(1, 60_000).default(50),
  GATEWAY_URL: pageUrl.optional(),
  PAGE_URL: pageUrl.optional(),
  PLAYER_PAGES: z.enum(['off', 'places', 'activity'], 'must be off, places or activity').default('places'),
  CORS_ORIGINS: origins.default([]),
  AVATAR_ORIGINS: avatarOrigins.default([]),
  RESERVED_NAMES: list.default([]),
  SCOREBOARD_EXTENSIONS: extensions.default([]),
  WEBHOOKS_FILE: webhooksFile.optional(),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  ...secretFileSettings,
  OTEL_EXPORTER_OTLP_ENDPOINT: serverUrl('http', 'https').optional(),
  OTEL_TRACES_SAMPLER_ARG: share.default(0.01),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be a pino level: fatal, error, warn, info, debug, trace or silent').default('info'),
});

type Parsed = z.output<typeof SETTINGS>;
/** The checked settings of a role. */
export type Settings = Readonly<Omit<Parsed, 'PORT' | 'GUEST_PLAY' | 'ADMIN_DESK'> & { role: Role; PORT: number; GUEST_PLAY: boolean; ADMIN_DESK: boolean }>;

/**
 * Reads the settings of a role from the environment and a `.env` file in the working directory (the environment wins), and
 * freezes them. An empty value counts as unset; secrets may be in files (`readSecretFiles`). Throws `SettingsError`.
 */
export function readSettings(role: Role, environment: NodeJS.ProcessEnv = environmentWithFile()): Settings {
  const given = readSecretFiles(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
  const parsed = SETTINGS.safeParse(given);
  if (!parsed.success) throw new SettingsError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const settings = {
    ...parsed.data,
    role,
    PORT: parsed.data.PORT ?? PORTS[role],
    GUEST_PLAY: (parsed.data.GUEST_PLAY ?? role === 'standalone') && canSign(role, parsed.data),
    ADMIN_DESK: parsed.data.ADMIN_DESK ?? role === 'standalone',
  };
  const problems = [...clashingKeys(settings), ...claimProblems(settings), ...deskProviderProblems(settings), ...missingSettings(settings), ...ambientProblems(given)];
  if (problems.length) throw new SettingsError(problems);
  if (role !== 'cli') readCertificate(settings);
  return Object.freeze(settings);
}

/** The keys that verify tokens from outside; at most one may be set. */
const KEYS = ['JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_JWKS_URI'] as const;

/** Guests need tokens that this product issues. */
const canSign = (role: Role, settings: Parsed): boolean =>
  Boolean(settings.JWT_PRIVATE_KEY || settings.JWT_SECRET) || (role === 'standalone' && !KEYS.some((name) => settings[name]));

function clashingKeys(settings: Settings): string[] {
  const [first, ...others] = KEYS.filter((name) => settings[name]);
  const lines = others.map((name) => `${name}: cannot be set together with ${first}; set one of ${KEYS.join(', ')}`);
  const isClaimed = settings.JWT_PRIVATE_KEY && settings.JWT_ISSUER?.includes(OWN_ISSUER);
  return isClaimed ? [...lines, `JWT_ISSUER: must not be ${OWN_ISSUER} with JWT_PRIVATE_KEY; this product issues such tokens`] : lines;
}

const ALL_SERVERS = ['DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL'] as const;

/** The servers that a role connects to. */
export const serversOf = (role: Role): readonly (typeof ALL_SERVERS)[number][] => (role === 'gateway' ? ['REDIS_URL'] : ALL_SERVERS);

function missingSettings(settings: Settings): string[] {
  const { role } = settings;
  if (role === 'cli') return [];
  const servers = serversOf(role);
  if (role === 'standalone') {
    return servers
      .filter((name) => settings[name] && !settings.DATABASE_URL)
      .map((name) => `${name}: requires DATABASE_URL too (two ledgers with one queue would each get only some of the points)`);
  }
  const lines = servers.filter((name) => !settings[name]).map((name) => `${name}: is required by the ${role}; npm run services starts the servers and prints their URLs`);
  const needsKey = role !== 'worker' && !settings.JWT_PRIVATE_KEY && !KEYS.some((name) => settings[name]);
  return needsKey ? [...lines, `JWT_SECRET: is required by the ${role}, or JWT_PUBLIC_KEY, JWT_JWKS_URI or JWT_PRIVATE_KEY instead`] : lines;
}

function environmentWithFile(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS } = process.env;
  if (existsSync('.env')) process.loadEnvFile('.env');
  if (process.env.NODE_EXTRA_CA_CERTS !== NODE_EXTRA_CA_CERTS) {
    throw new SettingsError(['NODE_EXTRA_CA_CERTS: must be set in the environment; Node does not read it from .env']);
  }
  return process.env;
}
