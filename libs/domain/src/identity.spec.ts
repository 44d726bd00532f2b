import { ACTION_NAME } from './score';
import { assertMayRaise, assertNoActionToken, grants, type Identity } from './identity';

const identity = (...scopes: string[]): Identity => ({ issuer: '', subject: 'ann', userId: 'ann', scopes: new Set(scopes), expiresAt: 0 });
const nobody = (...scopes: string[]): Identity => ({ issuer: '', subject: 'ann', missingUserClaim: 'email', scopes: new Set(scopes), expiresAt: 0 });
const withAction = (...scopes: string[]): Identity => ({ ...identity(...scopes), actionGrant: { action: 'kill', maxIncrement: 50, tokenId: 't' } });
const update = (userId: string, scoreIncrement = 5) => ({ userId, scoreIncrement });

describe('assertMayRaise', () => {
  it.each<[string, Identity, string, number, boolean]>([
    ['a player with their own score', identity('scores:write'), 'ann', 5, false],
    ['a trusted service for any user', identity('scores:write:any'), 'bob', 5, false],
    ['a trusted service without a user', nobody('scores:write:any'), 'bob', 5, true],
    ['a trusted service if action tokens are required', identity('scores:write:any'), 'bob', 5, true],
    ['an action token up to its limit', withAction(), 'ann', 50, false],
    ['an action token if one is required', withAction(), 'ann', 1, true],
  ])('allows %s', (_case, who, userId, scoreIncrement, required) => {
    expect(() => assertMayRaise(who, update(userId, scoreIncrement), required)).not.toThrow();
  });

  it.each<[string, Identity, string, number, boolean, string]>([
    ['no scope', identity(), 'ann', 5, false, 'insufficient-scope'],
    ['another scope', identity('scores:admin', 'actions:issue'), 'ann', 5, false, 'insufficient-scope'],
    ['a player whose token names no user', nobody('scores:write'), 'ann', 5, false, 'no-user'],
    ["another user's score", identity('scores:write'), 'bob', 5, false, 'foreign-user'],
    ['a name that differs in case', identity('scores:write'), 'Ann', 5, false, 'foreign-user'],
    ['a plain token if an action token is required', identity('scores:write'), 'ann', 5, true, 'action-token-required'],
    ['a token without a scope if an action token is required', identity(), 'ann', 5, true, 'action-token-required'],
    ['an action token over its limit', withAction(), 'ann', 51, false, 'action-exceeded'],
    ['an action token for another user', withAction(), 'bob', 5, false, 'foreign-user'],
    ['an action token over its limit, whatever its scopes', withAction('scores:write', 'scores:write:any'), 'ann', 51, false, 'action-exceeded'],
    ['an action token for another user, whatever its scopes', withAction('scores:write:any'), 'bob', 5, false, 'foreign-user'],
  ])('refuses %s', (_case, who, userId, scoreIncrement, required, code) => {
    expect(() => assertMayRaise(who, update(userId, scoreIncrement), required)).toThrow(expect.objectContaining({ code, kind: 'forbidden' }));
  });

  it('names the missing claim if the update needs a user', () => {
    expect(() => assertMayRaise(nobody('scores:write'), update('ann'), false)).toThrow('The claim email, which names the user, is missing or not a valid user id.');
  });

  it("checks the token's user, which may differ from its subject", () => {
    const player = { ...identity('scores:write'), subject: 'auth0|1' };
    expect(() => assertMayRaise(player, update('ann'), false)).not.toThrow();
    expect(() => assertMayRaise(player, update('auth0|1'), false)).toThrow(expect.objectContaining({ code: 'foreign-user' }));
  });
});

describe('grants', () => {
  it('compares a scope as a whole', () => {
    expect(grants(identity('scores:write'), 'scores:write')).toBe(true);
    expect(grants(identity('scores:write:any'), 'scores:write')).toBe(false);
    expect(grants(identity('scores'), 'scores:write')).toBe(false);
  });

  it('grants nothing to an action token, whatever its scopes', () => {
    expect(grants(withAction('scores:admin'), 'scores:admin')).toBe(false);
    expect(() => assertNoActionToken(withAction('scores:admin'))).toThrow(expect.objectContaining({ code: 'insufficient-scope' }));
    expect(() => assertNoActionToken(identity())).not.toThrow();
  });
});

describe('ACTION_NAME', () => {
  it.each(['a', 'Level-7', '_x', 'quiz:3@eu', 'x'.repeat(64)])('accepts %p', (name) => expect(ACTION_NAME.test(name)).toBe(true));
  it.each(['', '.a', 'a b', 'a\n', 'a\u0000', 'ä', 'a"', 'x'.repeat(65)])('refuses %p', (name) => expect(ACTION_NAME.test(name)).toBe(false));
});
