import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Identity } from '@scoreboard/domain';
import { MemoryActionCounts } from '@scoreboard/infrastructure/cache';
import { JwtSigner, JwtVerifier } from '@scoreboard/infrastructure/security';
import { ActionRules } from './action-rules';
import { IssueAction } from './issue-action';

const website: Identity = { issuer: '', subject: 'website', userId: 'website', scopes: new Set(['actions:issue']), expiresAt: 0 };
const order = { userId: 'ann', action: 'kill', maxIncrement: 50, expiresIn: 60 };

describe('IssueAction', () => {
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const verifier = new JwtVerifier({ ownKey: createPublicKey(key) });
  const issue = (limits?: [string, { maxIncrement?: number }][]) =>
    new IssueAction(new JwtSigner({ key, issuer: 'scoreboard' }), new ActionRules({ requireActionToken: false, actionLimits: limits && new Map(limits) }, new MemoryActionCounts()));

  it('makes a token that is good for one update of the player, each time another one', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => verifier.verify(issue().execute(website, order))));
    expect(one).toMatchObject({ userId: 'ann', subject: 'ann', scopes: new Set(), actionGrant: { action: 'kill', maxIncrement: 50 } });
    expect(one!.expiresAt - Date.now() / 1_000).toBeLessThanOrEqual(60);
    expect(two!.actionGrant!.tokenId).not.toBe(one!.actionGrant!.tokenId);
  });

  it.each<[string, Identity, [string, { maxIncrement?: number }][] | undefined, string]>([
    ['one without the scope', { ...website, scopes: new Set(['scores:write:any', 'scores:admin']) }, undefined, 'insufficient-scope'],
    ['an action without limits, where limits are set', website, [['quiz', {}]], 'unknown-action'],
    ['more than the action allows', website, [['kill', { maxIncrement: 49 }]], 'action-exceeded'],
  ])('refuses %s', (_case, who, limits, code) => {
    expect(() => issue(limits).execute(who, order)).toThrow(expect.objectContaining({ code }));
  });

  it('allows what the limits allow', () => {
    expect(issue([['kill', { maxIncrement: 50 }]]).execute(website, order)).toEqual(expect.any(String));
    expect(issue([['kill', {}]]).execute(website, order)).toEqual(expect.any(String));
  });
});
