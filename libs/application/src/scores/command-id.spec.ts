import { commandIdFromKey, commandIdFromToken, newCommandId } from './command-id';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string) => parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

describe('newCommandId', () => {
  it('is a UUIDv7 that starts with the time', () => {
    const id = newCommandId(1_764_000_000_123);
    expect(id).toMatch(V7);
    expect(timeOf(id)).toBe(1_764_000_000_123);
    expect(newCommandId(0)).toMatch(/^00000000-0000-7/);
  });

  it('creates a hundred thousand ids without duplicates, in time order', () => {
    const now = Date.now();
    const ids = Array.from({ length: 100_000 }, (_, i) => newCommandId(now + i));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => V7.test(id))).toBe(true);
  });

  it('differs within one millisecond in its random part, and uses all four variants', () => {
    const ids = Array.from({ length: 10_000 }, () => newCommandId(1));
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids.map((id) => id[19]))).toEqual(new Set(['8', '9', 'a', 'b']));
  });
});

describe('commandIdFromKey', () => {
  it('is the same UUIDv8 at every retry', () => {
    const id = commandIdFromKey('iss', 'ann', 'order 1');
    expect(id).toMatch(V8);
    expect(commandIdFromKey('iss', 'ann', 'order 1')).toBe(id);
  });

  it('stays the same across releases, because the ledger stores ids of keys in use', () => {
    expect(commandIdFromKey('', 'alice', 'k1')).toBe('a7b58eab-dd3a-8472-b85d-9657f4f60119');
  });

  it('keeps the time of a UUIDv7 key, in upper or lower case', () => {
    const key = newCommandId(1_764_000_000_123);
    expect(timeOf(commandIdFromKey('iss', 'ann', key))).toBe(1_764_000_000_123);
    const upper = commandIdFromKey('iss', 'ann', key.toUpperCase());
    expect(upper).toMatch(V8);
    expect(timeOf(upper)).toBe(1_764_000_000_123);
    expect(upper).not.toBe(commandIdFromKey('iss', 'ann', key));
  });

  it('depends on issuer, subject and key separately', () => {
    const parts: [string, string, string][] = [
      ['a', 'b', 'c'],
      ['ab', '', 'c'],
      ['a', 'bc', ''],
      ['', 'ab', 'c'],
      ['a', 'b"', 'c'],
      ['a', 'b","c', ''],
      ['a', 'b', 'd'],
      ['x', 'b', 'c'],
      ['a', 'x', 'c'],
    ];
    expect(new Set(parts.map((part) => commandIdFromKey(...part))).size).toBe(parts.length);
  });

  it('does not collide for keys created in the same millisecond', () => {
    const keys = Array.from({ length: 20_000 }, () => newCommandId(7));
    expect(new Set(keys.map((key) => commandIdFromKey('', 'ann', key))).size).toBe(keys.length);
  });
});

describe('commandIdFromToken', () => {
  it('is the same UUIDv8 at every use of the token, and never equals the id of a key', () => {
    const id = commandIdFromToken('iss', 'ann', 'id 1');
    expect(id).toMatch(V8);
    expect(commandIdFromToken('iss', 'ann', 'id 1')).toBe(id);
    expect(commandIdFromKey('iss', 'ann', 'id 1')).not.toBe(id);
    expect(new Set([id, commandIdFromToken('', 'ann', 'id 1'), commandIdFromToken('iss', 'bob', 'id 1'), commandIdFromToken('iss', 'ann', 'id 2')]).size).toBe(4);
  });

  it('stays the same across releases, because an action token works only once', () => {
    expect(commandIdFromToken('', 'alice', 't1')).toBe('6b839d4e-7c79-8328-a237-7ea506d227da');
  });

  it('keeps the time of a UUIDv7 token id', () => {
    expect(timeOf(commandIdFromToken('iss', 'ann', newCommandId(1_764_000_000_123)))).toBe(1_764_000_000_123);
  });
});
