import { assertMayRaise, grants, type Identity } from './identity';

const identity = (...scopes: string[]): Identity => ({ issuer: '', subject: 'ann', userId: 'ann', scopes: new Set(scopes), expiresAt: 0 });

describe('assertMayRaise', () => {
  it('lets a player raise the own score, and a trusted service anybody\'s', () => {
    expect(() => assertMayRaise(identity('scores:write'), 'ann')).not.toThrow();
    expect(() => assertMayRaise(identity('scores:write:any'), 'bob')).not.toThrow();
  });

  it.each([
    ['no scope', [], 'ann', 'insufficient-scope'],
    ['another scope', ['scores:admin', 'actions:issue'], 'ann', 'insufficient-scope'],
    ["somebody else's score", ['scores:write'], 'bob', 'foreign-user'],
    ['a name that differs in case', ['scores:write'], 'Ann', 'foreign-user'],
  ])('refuses %s', (_case, scopes, userId, code) => {
    expect(() => assertMayRaise(identity(...scopes), userId)).toThrow(expect.objectContaining({ code, kind: 'forbidden' }));
  });

  it("goes by the token's user, which need not be its subject", () => {
    const player = { ...identity('scores:write'), subject: 'auth0|1' };
    expect(() => assertMayRaise(player, 'ann')).not.toThrow();
    expect(() => assertMayRaise(player, 'auth0|1')).toThrow(expect.objectContaining({ code: 'foreign-user' }));
  });
});

describe('grants', () => {
  it('takes a scope as a whole word', () => {
    expect(grants(identity('scores:write'), 'scores:write')).toBe(true);
    expect(grants(identity('scores:write:any'), 'scores:write')).toBe(false);
    expect(grants(identity('scores'), 'scores:write')).toBe(false);
  });
});
