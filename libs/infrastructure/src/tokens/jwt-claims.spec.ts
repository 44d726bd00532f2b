import type { Identity } from '@scoreboard/domain';
import type { ClaimRules } from './claim-rules';
import { readClaims } from './jwt-claims';

const plain: ClaimRules = { audienceClaim: 'aud', userClaim: 'sub', scopeClaims: ['scope', 'scp', 'permissions', 'roles'], scopePrefix: '', scopeNames: [], defaultScopes: [] };
const exp = Math.floor(Date.now() / 1_000) + 60;
const read = (claims: object, rules: Partial<ClaimRules> = {}): Identity => readClaims({ sub: 'ann', exp, ...claims }, { ...plain, ...rules });
const scopesOf = (claims: object, rules?: Partial<ClaimRules>): string[] => [...read(claims, rules).scopes].sort();
const action = { jti: 't1', authorization_details: [{ type: 'score_update', action: 'kill', max_increment: 5 }] };

describe('readClaims', () => {
  it('reads name and picture from the configured claims, unchecked, and from none by default', () => {
    const claims = { name: 'Ann', picture: 'https://a.example/1.png', profile: { nick: 'ann' } };
    expect(read(claims).profile).toBeUndefined();
    expect(read(claims, { nameClaim: 'profile.nick', pictureClaim: 'picture' }).profile).toEqual({ name: 'ann', avatarUrl: 'https://a.example/1.png' });
    expect(read({ ...action, ...claims }, { nameClaim: 'name' }).profile).toEqual({ name: 'Ann' });
    for (const name of [undefined, '', 7, ['Ann'], null]) expect(read({ name }, { nameClaim: 'name', pictureClaim: 'picture' })).not.toHaveProperty('profile');
  });

  describe('scopes', () => {
    it.each<[string, object, string[]]>([
      ['text with spaces between', { scope: 'openid scores:write  scores:admin' }, ['scores:admin', 'scores:write']],
      ['a list', { scope: ['openid', 'scores:write'] }, ['scores:write']],
      ['text in scp', { scp: 'scores:write' }, ['scores:write']],
      ['a list in scp', { scp: ['scores:write', 'actions:issue'] }, ['actions:issue', 'scores:write']],
      ['permissions', { scope: 'openid', permissions: ['scores:admin'] }, ['scores:admin']],
      ['all claims together', { scope: 'scores:write', scp: ['scores:admin'], permissions: ['actions:issue'], roles: ['scores:write:any'] }, ['actions:issue', 'scores:admin', 'scores:write', 'scores:write:any']],
      ['no claim at all', {}, []],
      ['a number', { scope: 7, scp: 'scores:write' }, ['scores:write']],
      ['an object', { scope: { 'scores:write': true } }, []],
      ['a list with a number in it', { scope: ['scores:write', 7] }, []],
      ['a list in a list', { scope: [['scores:write']] }, []],
      ['null', { scope: null }, []],
      ['true', { scope: true }, []],
      ['names similar to ours', { scope: 'scores:write2 SCORES:WRITE scores:write,scores:admin' }, []],
      ['a list whose item has spaces', { scope: ['scores:write scores:admin'] }, []],
      ['another claim', { groups: ['scores:admin'] }, []],
    ])('reads %s', (_what, claims, expected) => {
      expect(scopesOf(claims)).toEqual(expected);
    });

    it('reads scopes at a path', () => {
      const claims = { realm_access: { roles: ['scores:write'] }, resource_access: { 'my.app': { roles: ['scores:admin'] } }, scope: 'actions:issue' };
      expect(scopesOf(claims, { scopeClaims: ['realm_access.roles', 'resource_access.my.app.roles'] })).toEqual(['scores:admin', 'scores:write']);
    });

    it('removes the prefix if there is one', () => {
      const scope = 'scoreboard/scores:write other/scores:admin actions:issue scoreboard/scoreboard/scores:write:any';
      expect(scopesOf({ scope }, { scopePrefix: 'scoreboard/' })).toEqual(['actions:issue', 'scores:write']);
    });

    it('maps names after removing the prefix; one name may map to several scopes', () => {
      const scopeNames = [
        { name: 'Scores.Write', scope: 'scores:write' },
        { name: 'Game Server', scope: 'scores:write:any' },
        { name: 'Game Server', scope: 'actions:issue' },
      ] as const;
      expect(scopesOf({ scp: 'api/Scores.Write' }, { scopeNames, scopePrefix: 'api/' })).toEqual(['scores:write']);
      expect(scopesOf({ roles: ['Game Server'] }, { scopeNames })).toEqual(['actions:issue', 'scores:write:any']);
      expect(scopesOf({ roles: ['scores:admin', 'game server'] }, { scopeNames })).toEqual(['scores:admin']);
    });

    it('grants the default scopes without any of our scopes, but not to action tokens', () => {
      const defaultScopes = ['scores:write'] as const;
      expect(scopesOf({ scope: 'openid profile' }, { defaultScopes })).toEqual(['scores:write']);
      expect(scopesOf({ scope: 7 }, { defaultScopes })).toEqual(['scores:write']);
      expect(scopesOf({ scope: 'scores:admin' }, { defaultScopes })).toEqual(['scores:admin']);
      expect(read(action, { defaultScopes })).toMatchObject({ scopes: new Set(), actionGrant: { action: 'kill' } });
    });
  });

  describe('the user', () => {
    it.each<[string, object, string, object]>([
      ['the subject', {}, 'sub', { userId: 'ann' }],
      ['another claim', { email: 'ann@example.com' }, 'email', { subject: 'ann', userId: 'ann@example.com' }],
      ['a claim with dots in its name', { 'https://example.com/player': 'p1' }, 'https://example.com/player', { userId: 'p1' }],
      ['a path', { app_metadata: { player: { id: 'p1' } } }, 'app_metadata.player.id', { userId: 'p1' }],
      ['the exact name before the path', { 'a.b': 'p1', 'a': { b: 'p2' } }, 'a.b', { userId: 'p1' }],
    ])('is %s', (_what, claims, userClaim, identity) => {
      expect(read(claims, { userClaim })).toMatchObject(identity);
    });

    it.each([undefined, null, '', 7, true, ['ann'], { id: 'ann' }, 'a\u0000b', 'a b', '<ann>', 'änn', '..', 'x'.repeat(256)])('is absent if the claim is %p', (email) => {
      const identity = read({ email }, { userClaim: 'email' });
      expect(identity).toMatchObject({ subject: 'ann', missingUserClaim: 'email' });
      expect(identity).not.toHaveProperty('userId');
    });

    it.each(['https://steamcommunity.com/openid/id/1', "o'brien@x", '{uuid}', 'aGk/+w==', '%41', 'x'.repeat(255)])('may be %s', (sub) => {
      expect(read({ sub })).toMatchObject({ subject: sub, userId: sub });
      expect(read({ ...action, sub })).toMatchObject({ subject: sub, userId: sub });
    });

    it('is absent if the subject is not a valid user id', () => {
      expect(read({ sub: 'Game Server' })).toMatchObject({ subject: 'Game Server', missingUserClaim: 'sub' });
      expect(read({ ...action, sub: 'Game Server' })).toMatchObject({ subject: 'Game Server', missingUserClaim: 'sub', actionGrant: expect.anything() });
    });

    it('is the subject of an action token', () => {
      expect(read({ ...action, email: 'other' }, { userClaim: 'email' })).toMatchObject({ userId: 'ann', subject: 'ann' });
    });
  });

  describe('the origin', () => {
    const rules = { issuers: ['https://one.example/', 'https://two.example'], audiences: ['web', 'mobile'] };

    it.each<[string, object]>([
      ['the first issuer and audience', { iss: 'https://one.example/', aud: 'web' }],
      ['the second of each', { iss: 'https://two.example', aud: 'mobile' }],
      ['a list with one of ours', { iss: 'https://two.example', aud: ['account', 'mobile'] }],
    ])('is accepted with %s', (_what, claims) => {
      expect(read(claims, rules)).toMatchObject({ userId: 'ann', issuer: (claims as { iss: string }).iss });
    });

    it.each<[string, object, string]>([
      ['an issuer without the trailing slash', { iss: 'https://one.example', aud: 'web' }, 'The issuer of the token (iss) is not accepted.'],
      ['both issuers in a list', { iss: ['https://one.example/', 'https://two.example'], aud: 'web' }, 'The issuer of the token (iss) is not accepted.'],
      ['no issuer', { aud: 'web' }, 'The issuer of the token (iss) is not accepted.'],
      ['the setting itself', { iss: 'https://one.example/,https://two.example', aud: 'web' }, 'The issuer of the token (iss) is not accepted.'],
      ['another audience', { iss: 'https://two.example', aud: ['account'] }, 'The audience of the token (aud) is not accepted.'],
      ['both audiences in one string', { iss: 'https://two.example', aud: 'web,mobile' }, 'The audience of the token (aud) is not accepted.'],
      ['no audience', { iss: 'https://two.example' }, 'The audience of the token (aud) is not accepted.'],
      ['an audience in another claim', { iss: 'https://two.example', azp: 'web' }, 'The audience of the token (aud) is not accepted.'],
    ])('is refused with %s', (_what, claims, detail) => {
      expect(() => read(claims, rules)).toThrow(detail);
    });

    it('reads the audience from the configured claim', () => {
      expect(read({ client_id: 'web' }, { audiences: ['web'], audienceClaim: 'client_id' })).toMatchObject({ userId: 'ann' });
      expect(() => read({ aud: 'web', client_id: 'other' }, { audiences: ['web'], audienceClaim: 'client_id' })).toThrow('The audience of the token (client_id) is not accepted.');
    });
  });
});
