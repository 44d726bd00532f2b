import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerUrls } from './broker-urls';
import { readSettings, SETTINGS } from './settings';
import { linesOf } from './lines-of.contract';

const servers = { DATABASE_URL: 'postgres://db/x', REDIS_URL: 'redis://cache', RABBITMQ_URL: 'amqp://broker' };
const JWT_SECRET = 's'.repeat(32);
const BROKER_FORM = 'must be a URL that begins with amqp:// or amqps://, or several separated by commas';
const ORIGIN_FORM = 'must be an origin without a path: https://example.com, https://*.example.com (any one label) or capacitor://localhost';
const PAGE_URL_FORM = 'must be a URL that begins with http:// or https://, with a host, an optional port and an optional path of A-Z a-z 0-9 - . _ ~ /';
const LIST_FORM = 'must be a list separated by commas, without an empty item';
const OURS = 'scores:write, scores:write:any, actions:issue, events:read, scores:admin, profiles:write:any';
const JWKS_FORM = 'must be a URL that begins with https:// and contains no password; http:// is for this machine only';

const pemOf = (key: KeyObject): string => key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString();

describe('readSettings', () => {
  it('gives each role its own port, and enables guest play in the standalone', () => {
    expect(readSettings('standalone', {})).toMatchObject({ PORT: 3000, GUEST_PLAY: true, ADMIN_DESK: true, HOST: '127.0.0.1' });
    expect(readSettings('api', { ...servers, JWT_SECRET })).toMatchObject({ PORT: 3000, GUEST_PLAY: false, ADMIN_DESK: false });
    expect(readSettings('gateway', { ...servers, JWT_SECRET }).PORT).toBe(3001);
    expect(readSettings('worker', servers).PORT).toBe(3002);
  });

  it('freezes the settings, and treats an empty value as unset', () => {
    const settings = readSettings('standalone', { PORT: '', DATABASE_URL: '' });
    expect(settings.PORT).toBe(3000);
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it.each<readonly [name: string, value: string, line: string]>([
    ['PORT', '70000', 'must be a whole number from 0 to 65535'],
    ['PORT', 'http', 'must be a whole number from 0 to 65535'],
    ['DATABASE_URL', 'mysql://db/x', 'must be a URL that begins with postgres:// or postgresql://'],
    ['REDIS_URL', 'localhost:6379', 'must be a URL that begins with redis:// or rediss://'],
    ['RABBITMQ_URL', 'http://broker', BROKER_FORM],
    ['RABBITMQ_URL', 'amqp://one,http://two', BROKER_FORM],
    ['RABBITMQ_URL', 'amqp://one,two', BROKER_FORM],
    ['RABBITMQ_URL', 'amqp://one,', BROKER_FORM],
    ['RABBITMQ_URL', 'amqps://one,amqp://two', 'must use amqps:// in all URLs, or amqp:// in all'],
    ['RABBITMQ_URL', 'amqp://one,amqp://two,AMQPS://three', BROKER_FORM],
    ['DATABASE_URL', 'postgres://one,two/x', 'must name one server'],
    ['REDIS_URL', 'rediss://one,two', 'must name one server'],
    ...[
      'gateway:3001',
      'ftp://a.example',
      'http://',
      'http://a.example/;script-src *',
      'http://a.example;script-src',
      "http://a.example/'unsafe-inline'",
      'http://a.example,b.example',
      'http://*.example.com',
      'http://a.example/x?y=1',
      'http://a.example/#x',
      'http://user:pass@a.example',
      'http://a.example/%0d%0aX:%20y',
      'http://a.example/"><script>',
      'http://a.example http://b.example',
    ].map((url) => ['GATEWAY_URL', url, PAGE_URL_FORM] as const),
    ['JWT_SECRET', 'short', 'must be at least 32 bytes long'],
    ['JWT_PUBLIC_KEY', 'no key', 'must be a public key in PEM (-----BEGIN PUBLIC KEY-----)'],
    ['JWT_PUBLIC_KEY', pemOf(generateKeyPairSync('ed25519').privateKey), 'must be a public key in PEM (-----BEGIN PUBLIC KEY-----)'],
    ['JWT_PRIVATE_KEY', 'no key', 'must be a private key in PEM, without a passphrase (-----BEGIN PRIVATE KEY-----)'],
    ['JWT_PRIVATE_KEY', pemOf(generateKeyPairSync('ed25519').publicKey), 'must be a private key in PEM, without a passphrase (-----BEGIN PRIVATE KEY-----)'],
    ['JWT_JWKS_URI', 'no URL', JWKS_FORM],
    ['JWT_JWKS_URI', 'http://id.example.com/keys', JWKS_FORM],
    ['JWT_JWKS_URI', 'http://127.0.0.1.example.com/keys', JWKS_FORM],
    ['JWT_JWKS_URI', 'file:///etc/keys', JWKS_FORM],
    ['JWT_JWKS_URI', 'https://user:pass@id.example.com/keys', JWKS_FORM],
    ['JWT_ISSUER', 'https://one.example,,https://two.example', LIST_FORM],
    ['JWT_ISSUER', ' ', LIST_FORM],
    ['JWT_AUDIENCE', 'web,', LIST_FORM],
    ['JWT_AUDIENCE_CLAIM', '.', 'must be the name of a claim, or a path such as app_metadata.player'],
    ['JWT_AUDIENCE_CLAIM', 'client_id', 'requires JWT_AUDIENCE; without it no audience is checked'],
    ['JWT_USER_CLAIM', 'app_metadata..player', 'must be the name of a claim, or a path such as app_metadata.player'],
    ['JWT_USER_CLAIM', 'exp', 'must not be exp, which already has another meaning'],
    ['JWT_NAME_CLAIM', 'profile..name', 'must be the name of a claim, or a path such as app_metadata.player'],
    ['JWT_SCOPE_CLAIMS', 'scope,,roles', 'must be names of claims, or paths such as realm_access.roles, separated by commas'],
    ['JWT_SCOPE_CLAIMS', 'scope,sub', 'must not be sub, which already has another meaning'],
    ['JWT_SCOPE_MAP', 'Scores.Write', `entry 1 must be name=scope, with one of the scopes ${OURS}`],
    ['JWT_SCOPE_MAP', 'scores:write', `entry 1 must be name=scope, with one of the scopes ${OURS}`],
    ['JWT_SCOPE_MAP', '=scores:write', `entry 1 must be name=scope, with one of the scopes ${OURS}`],
    ['JWT_SCOPE_MAP', 'a=scores:write,', `entry 2 must be name=scope, with one of the scopes ${OURS}`],
    ['JWT_SCOPE_MAP', 'a=scores:write,b=scores:read', `entry 2 must be name=scope, with one of the scopes ${OURS}`],
    ['JWT_SCOPE_MAP', 'scores:write=scores:admin', 'entry 1 must not rename scores:write, which is already a scope'],
    ['JWT_DEFAULT_SCOPES', 'scores:read', `must be scopes separated by spaces, each one of ${OURS}`],
    ['JWT_DEFAULT_SCOPES', 'scores:write,,actions:issue', `must be scopes separated by spaces, each one of ${OURS}`],
    ['DATA_ENCRYPTION_KEYS', 'k1:c2hvcnQ=', 'entry 1 must be id:base64, with an id of letters, digits, - or _, and a key of 32 bytes (openssl rand -base64 32)'],
    ['DATA_ENCRYPTION_KEYS', `k1:${'A'.repeat(43)}=,`, 'entry 2 must be id:base64, with an id of letters, digits, - or _, and a key of 32 bytes (openssl rand -base64 32)'],
    ['DATA_ENCRYPTION_KEYS', `k1:${'A'.repeat(43)}=,k1:${'B'.repeat(43)}=`, 'contains the id k1 twice'],
    ['USER_ID_KEY', 'c2hvcnQ=', 'must be a key of 32 bytes in base64 (openssl rand -base64 32)'],
    ['MAX_SCORE_INCREMENT', '0', 'must be a whole number from 1 to 9007199254740991'],
    ['RATE_LIMIT_WRITES', '-1', 'must be a whole number from 0 to 1000000'],
    ['GUEST_PLAY', 'yes', 'must be true or false'],
    ['ADMIN_DESK', 'yes', 'must be true or false'],
    ['PUSH_INTERVAL_MS', '0', 'must be a whole number from 1 to 60000'],
    ['AVATAR_ORIGINS', 'http://img.example', 'must be origins that begin with https://, without a path, separated by commas'],
    ['AVATAR_ORIGINS', 'https://img.example/a', 'must be origins that begin with https://, without a path, separated by commas'],
    ['AVATAR_ORIGINS', 'https://*.img.example', 'must be origins that begin with https://, without a path, separated by commas'],
    ['CORS_ORIGINS', 'https://a.example/path', `entry 1 ${ORIGIN_FORM}`],
    ['CORS_ORIGINS', 'https://a.example,', `entry 2 ${ORIGIN_FORM}`],
    ['CORS_ORIGINS', '*', `entry 1 ${ORIGIN_FORM}`],
    ['CORS_ORIGINS', 'https://*.example.com,null', `entry 2 ${ORIGIN_FORM}`],
    ['CORS_ORIGINS', 'a.example', `entry 1 ${ORIGIN_FORM}`],
    ['CORS_ORIGINS', 'https://*.com', `entry 1 ${ORIGIN_FORM}`],
    ['CORS_ORIGINS', "https://a.example;script-src'*'", `entry 1 ${ORIGIN_FORM}`],
    ['LOG_LEVEL', 'loud', 'must be a pino level: fatal, error, warn, info, debug, trace or silent'],
  ])('refuses %s=%s with one line that says what is expected', (name, value, line) => {
    expect(linesOf(() => readSettings('standalone', { [name]: value }))).toEqual([`${name}: ${line}`]);
  });

  it('normalizes origins to the form of browsers', () => {
    const CORS_ORIGINS = 'https://A.example:443, https://*.b.example:8443,capacitor://localhost';
    expect(readSettings('standalone', { CORS_ORIGINS }).CORS_ORIGINS).toEqual(['https://a.example', 'https://*.b.example:8443', 'capacitor://localhost']);
  });

  it.each([
    ['http://127.0.0.1:3001', 'http://127.0.0.1:3001'],
    ['https://Live.Example:443/', 'https://live.example'],
    ['http://[::1]:3001/scores/live/', 'http://[::1]:3001/scores/live'],
    ['https://bücher.example/a\\b', 'https://xn--bcher-kva.example/a/b'],
  ])('normalizes GATEWAY_URL=%s to %s', (GATEWAY_URL, url) => {
    expect(readSettings('standalone', { GATEWAY_URL }).GATEWAY_URL).toBe(url);
  });

  it('accepts several broker nodes, and a comma in a password', () => {
    const RABBITMQ_URL = 'amqps://scoreboard:a,b@one,amqps://scoreboard:a,b@two:5671/%2f';
    expect(brokerUrls(readSettings('worker', { ...servers, RABBITMQ_URL }).RABBITMQ_URL!)).toEqual(['amqps://scoreboard:a,b@one', 'amqps://scoreboard:a,b@two:5671/%2f']);
  });

  it.each([
    ['?sslmode=require', 'sslmode must be verify-full (TLS with a verified server) or disable (no TLS)'],
    ['?sslmode=prefer', 'sslmode must be verify-full (TLS with a verified server) or disable (no TLS)'],
    ['?sslmode=no-verify', 'sslmode must be verify-full (TLS with a verified server) or disable (no TLS)'],
    ['?sslmode=verify-full&sslmode=no-verify', 'sslmode must occur only once'],
    ['?SSLMODE=verify-full', 'SSLMODE is not supported; use sslmode=verify-full for TLS'],
    ['?ssl=true', 'ssl is not supported; use sslmode=verify-full for TLS'],
    ['?sslmode=verify-full&uselibpqcompat=true', 'uselibpqcompat is not supported; use sslmode=verify-full for TLS'],
    ['?sslrootcert=/etc/ca.crt', 'sslrootcert requires sslmode=verify-full'],
    ['?sslmode=verify-full&sslrootcert=/nowhere/ca.crt', 'sslrootcert /nowhere/ca.crt cannot be read (ENOENT)'],
  ])('refuses a DATABASE_URL that does not verify the server: %s', (query, line) => {
    expect(linesOf(() => readSettings('standalone', { DATABASE_URL: `postgres://db/x${query}` }))).toEqual([`DATABASE_URL: ${line}`]);
  });

  it.each(['', '?sslmode=disable', '?sslmode=verify-full'])('accepts a DATABASE_URL without TLS, or with a verified server: %s', (query) => {
    expect(readSettings('standalone', { DATABASE_URL: `postgres://db/x${query}` }).DATABASE_URL).toBe(`postgres://db/x${query}`);
  });

  it.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0', 'must not be 0, which disables all certificate checks; set NODE_EXTRA_CA_CERTS to the certificate authority instead'],
    ['NODE_EXTRA_CA_CERTS', '/nowhere/ca.crt', '/nowhere/ca.crt cannot be read as PEM certificates'],
    ['PGSSLMODE', 'no-verify', 'must not be set; use sslmode=verify-full in DATABASE_URL'],
  ])('refuses a variable that weakens TLS: %s', (name, value, line) => {
    expect(linesOf(() => readSettings('api', { ...servers, JWT_SECRET, [name]: value }))).toEqual([`${name}: ${line}`]);
  });

  it('reports all missing settings of a distributed role together', () => {
    expect(linesOf(() => readSettings('api', {})).map((line) => line.split(':')[0])).toEqual(['DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL', 'JWT_SECRET']);
    expect(linesOf(() => readSettings('gateway', {})).map((line) => line.split(':')[0])).toEqual(['REDIS_URL', 'JWT_SECRET']);
    expect(linesOf(() => readSettings('worker', {}))).toHaveLength(3);
  });

  it('refuses real servers with an embedded ledger', () => {
    expect(linesOf(() => readSettings('standalone', { RABBITMQ_URL: 'amqp://broker' }))).toEqual([
      'RABBITMQ_URL: requires DATABASE_URL too (two ledgers with one queue would each get only some of the points)',
    ]);
  });

  it('reads a PEM with \\n for line breaks', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const [JWT_PUBLIC_KEY, JWT_PRIVATE_KEY] = [publicKey, privateKey].map((key) => pemOf(key).replaceAll('\n', '\\n'));
    expect(readSettings('standalone', { JWT_PUBLIC_KEY, JWT_PRIVATE_KEY })).toMatchObject({
      JWT_PUBLIC_KEY: { type: 'public', asymmetricKeyType: 'ec' },
      JWT_PRIVATE_KEY: { type: 'private', asymmetricKeyType: 'ec' },
    });
  });

  it.each<[string, KeyPairKeyObjectResult]>([
    ['of an unsupported type', generateKeyPairSync('ed448')],
    ['on an unsupported curve', generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['that is too short', generateKeyPairSync('rsa', { modulusLength: 1_024 })],
    ['for RSA-PSS alone', generateKeyPairSync('rsa-pss', { modulusLength: 2_048 })],
  ])('refuses a key %s', (_what, { publicKey, privateKey }) => {
    const settings = { JWT_PUBLIC_KEY: pemOf(publicKey), JWT_PRIVATE_KEY: pemOf(privateKey) };
    const line = 'must be an RSA key of at least 2048 bits, an EC key on the curve P-256, P-384 or P-521, or an Ed25519 key';
    expect(linesOf(() => readSettings('standalone', settings))).toEqual([`JWT_PUBLIC_KEY: ${line}`, `JWT_PRIVATE_KEY: ${line}`]);
  });

  it.each(['P-256', 'P-384', 'P-521'])('accepts a key pair on the curve %s', (namedCurve) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
    expect(readSettings('standalone', { JWT_PUBLIC_KEY: pemOf(publicKey), JWT_PRIVATE_KEY: pemOf(privateKey) }).JWT_PUBLIC_KEY!.equals(publicKey)).toBe(true);
  });

  it('reads claim settings: trims lists, keeps paths and renamed scopes unchanged', () => {
    const settings = {
      JWT_ISSUER: 'https://one.example/, https://two.example',
      JWT_AUDIENCE: 'web ,mobile',
      JWT_AUDIENCE_CLAIM: 'client_id',
      JWT_USER_CLAIM: 'https://example.com/player',
      JWT_SCOPE_CLAIMS: 'scope, realm_access.roles',
      JWT_SCOPE_PREFIX: 'scoreboard/',
      JWT_SCOPE_MAP: 'Game Server = scores:write:any, a=b=scores:write,scores:admin=scores:admin',
      JWT_DEFAULT_SCOPES: 'scores:write actions:issue',
    };
    expect(readSettings('standalone', settings)).toMatchObject({
      ...settings,
      JWT_ISSUER: ['https://one.example/', 'https://two.example'],
      JWT_AUDIENCE: ['web', 'mobile'],
      JWT_SCOPE_CLAIMS: ['scope', 'realm_access.roles'],
      JWT_SCOPE_MAP: [
        { name: 'Game Server', scope: 'scores:write:any' },
        { name: 'a=b', scope: 'scores:write' },
        { name: 'scores:admin', scope: 'scores:admin' },
      ],
      JWT_DEFAULT_SCOPES: ['scores:write', 'actions:issue'],
    });
    expect(readSettings('standalone', { JWT_DEFAULT_SCOPES: 'scores:write, actions:issue' }).JWT_DEFAULT_SCOPES).toEqual(['scores:write', 'actions:issue']);
    expect(readSettings('standalone', {})).toMatchObject({ JWT_AUDIENCE_CLAIM: 'aud', JWT_USER_CLAIM: 'sub', JWT_SCOPE_CLAIMS: ['scope', 'scp', 'permissions', 'roles'] });
  });

  it('refuses claim settings that contradict each other', () => {
    const settings = { JWT_AUDIENCE: 'web', JWT_AUDIENCE_CLAIM: 'azp', JWT_USER_CLAIM: 'azp', JWT_SCOPE_PREFIX: 's/', JWT_SCOPE_MAP: 's/Write=scores:write' };
    expect(linesOf(() => readSettings('standalone', settings))).toEqual([
      'JWT_AUDIENCE_CLAIM: must not be azp, which already has another meaning',
      'JWT_SCOPE_MAP: must name scopes without JWT_SCOPE_PREFIX, which is removed first',
    ]);
  });

  it.each(['https://id.example.com/keys', 'http://localhost:8080/keys', 'http://127.0.0.1:1/', 'http://[::1]/keys'])('accepts the key set URL %s', (JWT_JWKS_URI) => {
    expect(readSettings('api', { ...servers, JWT_JWKS_URI })).toMatchObject({ JWT_JWKS_URI });
  });

  it('accepts one kind of key for outside tokens, together with a private key', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const JWT_PUBLIC_KEY = pemOf(publicKey);
    const JWT_PRIVATE_KEY = pemOf(privateKey);
    for (const keys of [{ JWT_SECRET }, { JWT_PUBLIC_KEY }, { JWT_PRIVATE_KEY }, { JWT_SECRET, JWT_PRIVATE_KEY }]) readSettings('api', { ...servers, ...keys });
    expect(linesOf(() => readSettings('api', { ...servers, JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI: 'https://id.example.com/keys' }))).toEqual([
      'JWT_PUBLIC_KEY: cannot be set together with JWT_SECRET; set one of JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI',
      'JWT_JWKS_URI: cannot be set together with JWT_SECRET; set one of JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI',
    ]);
    expect(linesOf(() => readSettings('api', { ...servers, JWT_SECRET, JWT_PRIVATE_KEY, JWT_ISSUER: 'https://id.example, scoreboard' }))).toEqual([
      'JWT_ISSUER: must not be scoreboard with JWT_PRIVATE_KEY; this product issues such tokens',
    ]);
  });

  it('allows guest play only if the role can issue tokens', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const outside = { JWT_PUBLIC_KEY: pemOf(publicKey) };
    expect(readSettings('standalone', outside).GUEST_PLAY).toBe(false);
    expect(readSettings('standalone', { ...outside, JWT_PRIVATE_KEY: pemOf(privateKey) }).GUEST_PLAY).toBe(true);
    expect(readSettings('api', { ...servers, ...outside, GUEST_PLAY: 'true' }).GUEST_PLAY).toBe(false);
    expect(readSettings('api', { ...servers, JWT_SECRET, GUEST_PLAY: 'true' }).GUEST_PLAY).toBe(true);
  });
});

describe('.env.example', () => {
  it('lists exactly all settings with their defaults, and is valid unchanged', () => {
    const text = readFileSync(join(__dirname, '../../../../.env.example'), 'utf8');
    const example = Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
    expect(Object.keys(example).sort()).toEqual(Object.keys(SETTINGS.shape).sort());
    expect(readSettings('standalone', example)).toEqual(readSettings('standalone', {}));
  });
});
