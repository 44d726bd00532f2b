import { claimAt } from './claim-at';

const claims = {
  'sub': 'ann',
  'https://example.com/player': 'p1',
  'https://example.com/app': { 'player': 'p2', 'deep.name': { id: 'p3' } },
  'realm_access': { roles: ['a'] },
  'resource_access': { 'my.client': { roles: ['b'] }, 'my': { client: { roles: ['c'] }, other: 'd' } },
  'a.b': 'whole',
  'a': { b: 'nested' },
  'empty': null,
};

describe('claimAt', () => {
  it.each<[string, unknown]>([
    ['sub', 'ann'],
    ['https://example.com/player', 'p1'],
    ['https://example.com/app.player', 'p2'],
    ['https://example.com/app.deep.name.id', 'p3'],
    ['realm_access.roles', ['a']],
    ['resource_access.my.client.roles', ['b']],
    ['resource_access.my.other', 'd'],
    ['a.b', 'whole'],
    ['empty', null],
  ])('finds %s, preferring exact names to paths and longer names to shorter ones', (path, value) => {
    expect(claimAt(claims, path)).toEqual(value);
  });

  it.each(['none', 'sub.length', 'realm_access.none', 'realm_access.roles.map', 'empty.x', 'constructor', '__proto__', 'a.constructor.name', ''])('finds nothing at %p', (path) => {
    expect(claimAt(claims, path)).toBeUndefined();
  });
});
