import { actionClaims, readActionGrant } from './action-claims';

const grant = { action: 'kill', maxIncrement: 50, tokenId: 't1' };
const detail = { type: 'score_update', action: 'kill', max_increment: 50 };
const claims = (...details: unknown[]) => ({ jti: 't1', authorization_details: details });

describe('readActionGrant', () => {
  it('reads the output of actionClaims, and claims written by a website', () => {
    expect(readActionGrant(actionClaims(grant))).toEqual(grant);
    expect(readActionGrant({ sub: 'ann', scope: 'scores:write', ...claims(detail) })).toEqual(grant);
  });

  it('finds no grant in scopes', () => {
    expect(readActionGrant({ jti: 't1', scope: 'scores:write' })).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ['no jti', { authorization_details: [detail] }],
    ['an empty jti', { ...claims(detail), jti: '' }],
    ['a jti that is not a string', { ...claims(detail), jti: 7 }],
    ['no details', { jti: 't1' }],
    ['an empty list', claims()],
    ['two details', claims(detail, detail)],
    ['a second entry', claims(detail, { type: 'payment' })],
    ['an object instead of a list', { jti: 't1', authorization_details: detail }],
    ['text', { jti: 't1', authorization_details: JSON.stringify([detail]) }],
    ['null in the list', claims(null)],
    ['a string in the list', claims('score_update')],
    ['a list in the list', claims([detail])],
    ['another type', claims({ ...detail, type: 'score-update' })],
    ['no type', claims({ action: 'kill', max_increment: 50 })],
    ['no action', claims({ type: 'score_update', max_increment: 50 })],
    ['an action that is not a string', claims({ ...detail, action: ['kill'] })],
    ['an empty action', claims({ ...detail, action: '' })],
    ['an action with a space', claims({ ...detail, action: 'a b' })],
    ['an action with a NUL', claims({ ...detail, action: 'a\u0000' })],
    ['an action that is too long', claims({ ...detail, action: 'a'.repeat(65) })],
    ['no limit', claims({ type: 'score_update', action: 'kill' })],
    ['a limit that is a string', claims({ ...detail, max_increment: '50' })],
    ['a limit of 0', claims({ ...detail, max_increment: 0 })],
    ['a negative limit', claims({ ...detail, max_increment: -1 })],
    ['a fraction', claims({ ...detail, max_increment: 1.5 })],
    ['a limit above 2^53-1', claims({ ...detail, max_increment: 2 ** 53 })],
    ['an unknown member that might restrict it', claims({ ...detail, locations: ['https://other.example'] })],
  ])('treats a token with %s as a plain one', (_case, given) => {
    expect(readActionGrant(given)).toBeUndefined();
  });
});
