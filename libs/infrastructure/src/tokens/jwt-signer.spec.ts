import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { SCOPES } from '@scoreboard/domain';
import { readSettings } from '@scoreboard/infrastructure/config';
import { signerOf } from './jwt-signer';
import { verifierOf } from './jwt-verifier';
import { fixedKey, secretKey } from './key-source';

const SECRET = 'a secret of the test suite, long enough';
const pem = ({ privateKey }: KeyPairKeyObjectResult) => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PRIVATE_KEYS = {
  RS256: pem(generateKeyPairSync('rsa', { modulusLength: 2_048 })),
  ES256: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  ES384: pem(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
  ES512: pem(generateKeyPairSync('ec', { namedCurve: 'P-521' })),
  EdDSA: pem(generateKeyPairSync('ed25519')),
};
const grant = { action: 'kill', maxIncrement: 50, tokenId: 't1' };

/** Signs and verifies like a role with these settings; with a private key, the secret belongs to a provider. */
async function roundTrip(environment: NodeJS.ProcessEnv) {
  const settings = readSettings('standalone', environment);
  const signer = (await signerOf(settings))!;
  const verifier = verifierOf(settings, fixedKey(secretKey(SECRET)));
  return {
    publicKey: signer.publicKey,
    plain: async (scopes: readonly string[]) => verifier.verify(await signer.sign('ann', scopes, 60)),
    action: async () => verifier.verify(await signer.sign('ann', grant, 60)),
    claims: async () => JSON.parse(Buffer.from((await signer.sign('ann', ['scores:write'], 60)).split('.')[1]!, 'base64url').toString()) as object,
  };
}

/** All settings about claims, unset and in their different forms. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  JWT_ISSUER: ['', 'https://one.example/, https://two.example'],
  JWT_AUDIENCE: ['', 'web,mobile'],
  JWT_AUDIENCE_CLAIM: ['', 'client_id', 'https://example.com/app.audience'],
  JWT_USER_CLAIM: ['', 'email', 'app_metadata.player', 'https://example.com/player'],
  JWT_SCOPE_CLAIMS: ['', 'permissions', 'realm_access.roles,scope'],
  JWT_SCOPE_PREFIX: ['', 'scoreboard/'],
  JWT_SCOPE_MAP: ['', 'Scores.Write=scores:write,Server=scores:write:any,Server=actions:issue'],
  JWT_DEFAULT_SCOPES: ['', 'scores:write'],
};

const combinations = Object.entries(CHOICES).reduce<NodeJS.ProcessEnv[]>(
  (made, [name, values]) => made.flatMap((environment) => values.map((value) => ({ ...environment, [name]: value }))),
  [{}],
);
/** The start fails if an audience claim is set without an audience. */
const startable = combinations.filter(({ JWT_AUDIENCE, JWT_AUDIENCE_CLAIM }) => JWT_AUDIENCE || !JWT_AUDIENCE_CLAIM);
/** Every seventh: any two settings meet in all their forms, as the test checks. */
const sample = startable.filter((_, i) => i % 7 === 0);
const pairsIn = (environments: readonly NodeJS.ProcessEnv[]): ReadonlySet<string> =>
  new Set(environments.flatMap((environment) => Object.entries(environment).flatMap((one, i, all) => all.slice(i + 1).map((other) => `${one.join('=')} ${other.join('=')}`))));

describe('A token that is signed here', () => {
  it('is accepted under every combination of two settings about claims, whether it is signed with JWT_SECRET or JWT_PRIVATE_KEY', async () => {
    expect(pairsIn(sample)).toEqual(pairsIn(startable));
    for (const [i, environment] of sample.entries()) {
      const { plain, action } = await roundTrip({ ...environment, ...(i % 2 ? { JWT_SECRET: SECRET } : { JWT_PRIVATE_KEY: PRIVATE_KEYS.EdDSA }) });
      const identity = { subject: 'ann', userId: 'ann' };
      expect([environment, await plain(SCOPES)]).toEqual([environment, expect.objectContaining({ ...identity, scopes: new Set(SCOPES) })]);
      expect([environment, await plain(['scores:admin'])]).toEqual([environment, expect.objectContaining({ ...identity, scopes: new Set(['scores:admin']) })]);
      expect([environment, await action()]).toEqual([environment, expect.objectContaining({ ...identity, actionGrant: grant })]);
    }
  });

  it.each(Object.entries(PRIVATE_KEYS))('is signed with %s if the private key supports that', async (alg, JWT_PRIVATE_KEY) => {
    const { plain, publicKey } = await roundTrip({ JWT_PRIVATE_KEY });
    expect(publicKey).toMatchObject({ alg, use: 'sig', kid: expect.stringMatching(/^[\w-]{43}$/) });
    expect(publicKey).not.toHaveProperty('d');
    expect(await plain(['scores:write'])).toMatchObject({ issuer: 'scoreboard', userId: 'ann' });
  });

  it('uses only registered claims with a private key, whatever is set for a provider', async () => {
    const { claims } = await roundTrip({ JWT_PRIVATE_KEY: PRIVATE_KEYS.EdDSA, JWT_AUDIENCE: 'web', JWT_AUDIENCE_CLAIM: 'azp', JWT_USER_CLAIM: 'email', JWT_SCOPE_CLAIMS: 'roles' });
    const times = { iat: expect.any(Number), exp: expect.any(Number) };
    expect(await claims()).toEqual({ iss: 'scoreboard', aud: 'web', sub: 'ann', scope: 'scores:write', ...times });
  });

  it('has exactly the claims that the settings require with a secret', async () => {
    const times = { iat: expect.any(Number), exp: expect.any(Number) };
    expect(await (await roundTrip({ JWT_SECRET: SECRET })).claims()).toEqual({ sub: 'ann', scope: 'scores:write', ...times });
    const settings = { JWT_SECRET: SECRET, JWT_ISSUER: 'one,two', JWT_AUDIENCE: 'web,mobile', JWT_USER_CLAIM: 'a.b', JWT_SCOPE_CLAIMS: 'roles', JWT_SCOPE_PREFIX: 's/' };
    expect(await (await roundTrip(settings)).claims()).toEqual({ iss: 'one', aud: ['web', 'mobile'], sub: 'ann', 'a.b': 'ann', roles: 's/scores:write', ...times });
  });
});
