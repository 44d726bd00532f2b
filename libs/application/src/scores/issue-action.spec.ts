import { generateKeyPairSync } from 'node:crypto';
import type { Identity } from '@scoreboard/domain';
import { MemoryActionCounts } from '@scoreboard/infrastructure/in-process';
import { readSettings } from '@scoreboard/infrastructure/config';
import { signerOf, verifierOf } from '@scoreboard/infrastructure/tokens';
import { ActionRules } from './action-rules';
import { IssueAction } from './issue-action';

const website: Identity = { issuer: '', subject: 'website', userId: 'website', scopes: new Set(['actions:issue']), expiresAt: 0 };
const order = { userId: 'ann', action: 'kill', maxIncrement: 50, expiresIn: 60 };

describe('IssueAction', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const settings = readSettings('standalone', { JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
  const verifier = verifierOf(settings);
  const issue = async (who: Identity, limits?: [string, { maxIncrement?: number }][]) => {
    const rules = new ActionRules({ requireActionToken: false, actionLimits: limits && new Map(limits) }, new MemoryActionCounts());
    return new IssueAction((await signerOf(settings))!, rules).execute(who, order);
  };

  it('issues a new token for one update of the player at each call', async () => {
    const [one, two] = await Promise.all([1, 2].map(async () => verifier.verify(await issue(website))));
    expect(one).toMatchObject({ userId: 'ann', subject: 'ann', scopes: new Set(), actionGrant: { action: 'kill', maxIncrement: 50 } });
    expect(one!.expiresAt - Date.now() / 1_000).toBeLessThanOrEqual(60);
    expect(two!.actionGrant!.tokenId).not.toBe(one!.actionGrant!.tokenId);
  });

  it.each<[string, Identity, [string, { maxIncrement?: number }][] | undefined, string]>([
    ['one without the scope', { ...website, scopes: new Set(['scores:write:any', 'scores:admin']) }, undefined, 'insufficient-scope'],
    ['an unknown action if limits are configured', website, [['quiz', {}]], 'unknown-action'],
    ['more than the action allows', website, [['kill', { maxIncrement: 49 }]], 'action-exceeded'],
  ])('refuses %s', async (_case, who, limits, code) => {
    await expect(issue(who, limits)).rejects.toMatchObject({ code });
  });

  it('issues a token within the configured limits', async () => {
    expect(await issue(website, [['kill', { maxIncrement: 50 }]])).toEqual(expect.any(String));
    expect(await issue(website, [['kill', {}]])).toEqual(expect.any(String));
  });
});
