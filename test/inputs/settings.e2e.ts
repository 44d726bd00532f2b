import { generateKeyPairSync } from 'node:crypto';
import { SCOPES } from '@scoreboard/domain';
import { readSettings, withGeneratedSecrets } from '@scoreboard/infrastructure/config';
import { StartFailed, type RoleName, startRole } from '@scoreboard/harness';

const whole = (min: number, max: number) => `must be a whole number from ${min} to ${max}`;
const pem = (): string => generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
const secret = 'hunter2 '.repeat(8);

/** Bad values, each with the expected error line. Secret values contain `hunter2`, which must not appear in the output. */
const BAD: readonly (readonly [name: string, value: string, line: string])[] = [
  ['PORT', '65536', whole(0, 65_535)],
  ['DATABASE_URL', 'mysql://hunter2@db/x', 'must be a URL that begins with postgres:// or postgresql://'],
  ['REDIS_URL', 'hunter2@localhost:6379', 'must be a URL that begins with redis:// or rediss://'],
  ['RABBITMQ_URL', 'http://hunter2@broker', 'must be a URL that begins with amqp:// or amqps://, or several separated by commas'],
  ['JWT_SECRET', 'hunter2', 'must be at least 32 bytes long'],
  ['JWT_PUBLIC_KEY', 'hunter2', 'must be a public key in PEM (-----BEGIN PUBLIC KEY-----)'],
  ['JWT_JWKS_URI', 'http://provider.example/hunter2', 'must be a URL that begins with https:// and contains no password; http:// is for this machine only'],
  ['JWT_PRIVATE_KEY', 'hunter2', 'must be a private key in PEM, without a passphrase (-----BEGIN PRIVATE KEY-----)'],
  ['DATA_ENCRYPTION_KEYS', 'k:hunter2', 'entry 1 must be id:base64, with an id of letters, digits, - or _, and a key of 32 bytes (openssl rand -base64 32)'],
  ['JWT_ISSUER', 'https://hunter2.example,', 'must be a list separated by commas, without an empty item'],
  ['JWT_AUDIENCE', ',hunter2', 'must be a list separated by commas, without an empty item'],
  ['JWT_AUDIENCE_CLAIM', 'hunter2.', 'must be the name of a claim, or a path such as app_metadata.player'],
  ['JWT_USER_CLAIM', '.hunter2', 'must be the name of a claim, or a path such as app_metadata.player'],
  ['JWT_SCOPE_CLAIMS', 'hunter2,,scope', 'must be names of claims, or paths such as realm_access.roles, separated by commas'],
  ['JWT_SCOPE_MAP', 'hunter2=hunter2', `entry 1 must be name=scope, with one of the scopes ${SCOPES.join(', ')}`],
  ['JWT_DEFAULT_SCOPES', 'hunter2', `must be scopes separated by spaces, each one of ${SCOPES.join(', ')}`],
  ['MAX_SCORE_INCREMENT', '1e3', whole(1, Number.MAX_SAFE_INTEGER)],
  ['RATE_LIMIT_WRITES', '-1', whole(0, 1_000_000)],
  ['RATE_LIMIT_READS', 'none', whole(0, 1_000_000)],
  ['MAX_CONNECTIONS_PER_ADDRESS', '-1', whole(0, 1_000_000)],
  ['TRUST_PROXY', 'true', whole(0, 10)],
  ['GUEST_PLAY', 'yes', 'must be true or false'],
  ['ADMIN_DESK', 'yes', 'must be true or false'],
  ['ADMIN_OIDC_ISSUER', 'http://idp.example', 'must be a URL that begins with https:// and contains no password; http:// is for this machine only'],
  ['ADMIN_OIDC_CLIENT_ID', 'my desk', 'must be 1 to 255 visible ASCII characters'],
  ['ADMIN_OIDC_SCOPES', 'scores:admin', 'must be scopes separated by spaces, openid among them'],
  ['ADMIN_OIDC_AUDIENCE', 'my api', 'must be 1 to 255 visible ASCII characters'],
  ['PUSH_INTERVAL_MS', '0', whole(1, 60_000)],
  ['GATEWAY_URL', 'http://a.example/;script-src *', 'must be a URL that begins with http:// or https://, with a host, an optional port and an optional path of A-Z a-z 0-9 - . _ ~ /'],
  ['CORS_ORIGINS', '*', 'entry 1 must be an origin without a path: https://example.com, https://*.example.com (any one label) or capacitor://localhost'],
  ['SCOREBOARD_EXTENSIONS', './hunter2.js,./hunter2.js', 'must not list an extension twice'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'must be a URL that begins with http:// or https://'],
  ['OTEL_TRACES_SAMPLER_ARG', 'few', 'must be a number from 0 to 1'],
  ['LOG_LEVEL', 'loud', 'must be a pino level: fatal, error, warn, info, debug, trace or silent'],
];

const servers = { DATABASE_URL: 'postgres://db/x', REDIS_URL: 'redis://cache', RABBITMQ_URL: 'amqp://broker' };
const missing = (role: string, ...names: string[]) => names.map((name) => `${name}: is required by the ${role}; npm run services starts the servers and prints their URLs`);

/** A bad setting stops the start with exit code 78 and one line per setting. */
describe('a role with bad settings exits with 78 and one line per setting', () => {
  it.each<[what: string, role: RoleName, env: NodeJS.ProcessEnv, lines: readonly string[]]>([
    ['everything wrong', 'standalone', Object.fromEntries(BAD), BAD.map(([name, , line]) => `${name}: ${line}`)],
    ['everything missing', 'worker', {}, missing('worker', 'DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL')],
    [
      'no key',
      'gateway',
      { ...servers, REDIS_URL: '' },
      [...missing('gateway', 'REDIS_URL'), 'JWT_SECRET: is required by the gateway, or JWT_PUBLIC_KEY, JWT_JWKS_URI or JWT_PRIVATE_KEY instead'],
    ],
    [
      'two keys, and certificate checks disabled',
      'api',
      { ...servers, JWT_SECRET: secret, JWT_PUBLIC_KEY: pem(), NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      [
        'JWT_PUBLIC_KEY: cannot be set together with JWT_SECRET; set one of JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI',
        'NODE_TLS_REJECT_UNAUTHORIZED: must not be 0, which disables all certificate checks; set NODE_EXTRA_CA_CERTS to the certificate authority instead',
      ],
    ],
  ])('%s: the %s', async (_what, role, env, lines) => {
    const failure = await startRole(role, env).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailed);
    const { exitCode, output } = failure as StartFailed;
    // Ignore Node's own warning about NODE_TLS_REJECT_UNAUTHORIZED.
    const told = output.split('\n').filter((line) => line && !/^\(node:\d+\)|^\(Use `node/.test(line));
    expect([exitCode, told]).toEqual([78, lines]);
    expect(output).not.toMatch(/hunter2|^ +at /m);
  });
});

describe('settings that do not fit together are refused with one line', () => {
  it.each<[what: string, role: RoleName, env: NodeJS.ProcessEnv, line: string]>([
    ['a broker half in plain', 'worker', { ...servers, RABBITMQ_URL: 'amqps://one,amqp://two' }, 'RABBITMQ_URL: must use amqps:// in all URLs, or amqp:// in all'],
    ['servers around an embedded ledger', 'standalone', { REDIS_URL: 'redis://cache' }, 'REDIS_URL: requires DATABASE_URL too (two ledgers with one queue would each get only some of the points)'],
    ['a data folder that other users share', 'standalone', { DATA_DIR: '/tmp' }, 'DATA_DIR: /tmp is shared between users (sticky bit): use a folder of its own inside it'],
    ['a provider of the desk without a client id', 'standalone', { ADMIN_OIDC_ISSUER: 'https://idp.example', JWT_PUBLIC_KEY: pem() }, 'ADMIN_OIDC_ISSUER: requires ADMIN_OIDC_CLIENT_ID too, the id of the desk as a client of the provider'],
    ['a provider of the desk whose tokens nobody can verify', 'standalone', { ADMIN_OIDC_ISSUER: 'https://idp.example', ADMIN_OIDC_CLIENT_ID: 'desk' }, 'ADMIN_OIDC_ISSUER: requires JWT_JWKS_URI or JWT_PUBLIC_KEY too, which verifies the tokens of the provider'],
    ['a client of the desk without a provider', 'standalone', { ADMIN_OIDC_CLIENT_ID: 'desk' }, 'ADMIN_OIDC_CLIENT_ID: requires ADMIN_OIDC_ISSUER too'],
    ['an issuer with a query', 'standalone', { ADMIN_OIDC_ISSUER: 'https://idp.example/?realm=a', ADMIN_OIDC_CLIENT_ID: 'desk' }, 'ADMIN_OIDC_ISSUER: must be an issuer: a URL without ? and #'],
    ['a certificate without its key', 'standalone', { TLS_CERT_FILE: '/nowhere.pem' }, 'TLS_KEY_FILE: is required with TLS_CERT_FILE'],
  ])('%s: the %s', (_what, role, env, line) => {
    expect(() => withGeneratedSecrets(readSettings(role, env))).toThrow(expect.objectContaining({ lines: [line] }));
  });
});
