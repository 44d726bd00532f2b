import { createSecretKey, randomBytes } from 'node:crypto';
import { KeyRingCipher } from './key-ring-cipher';

const newKey = (id: string) => ({ id, key: createSecretKey(randomBytes(32)) });

describe('KeyRingCipher', () => {
  const [old, current] = [newKey('2025'), newKey('2026')];
  const ring = new KeyRingCipher([current, old]);

  it.each(['', '203.0.113.77', 'fünf\u0000'])('decrypts what it encrypted: %j', (text) => {
    expect(ring.open(ring.seal(text, 'here'), 'here')).toBe(text);
  });

  it('encrypts the same text differently each time, with the mark of its first key', () => {
    const [one, two] = [ring.seal('a', 'here'), ring.seal('a', 'here')];
    expect(one.equals(two)).toBe(false);
    expect(one.subarray(0, ring.mark.length)).toEqual(ring.mark);
    expect(ring.mark.toString('latin1')).toBe('\u0001\u00042026');
  });

  it('decrypts values of an older key until that key is removed from the ring', () => {
    const sealed = new KeyRingCipher([old]).seal('a', 'here');
    expect(ring.open(sealed, 'here')).toBe('a');
    expect(() => new KeyRingCipher([current]).open(sealed, 'here')).toThrow('cannot decrypt here: the key 2025 is not in DATA_ENCRYPTION_KEYS');
  });

  it('decrypts nothing if any byte is changed or missing', () => {
    const sealed = ring.seal('203.0.113.77', 'here');
    for (let i = 0; i < sealed.length; i++) {
      const altered = Buffer.from(sealed);
      altered[i]! ^= 1;
      expect(() => ring.open(altered, 'here')).toThrow('cannot decrypt here');
      expect(() => ring.open(sealed.subarray(0, i), 'here')).toThrow('cannot decrypt here');
    }
    expect(() => ring.open(sealed, 'there')).toThrow('cannot decrypt there: it was altered, moved');
  });

  it('codes a beginning as the beginning of the code, under each of its keys, and differently under each', () => {
    const [codes, longer, other] = [ring.codes('ann'), ring.codes('anna 🐜'), ring.codes('bnn')];
    expect(codes).toHaveLength(2);
    codes.forEach((code, i) => expect(longer[i]!.subarray(0, code.length)).toEqual(code));
    expect(codes.map((code) => code.length)).toEqual([12, 12]);
    expect(longer[0]).toHaveLength(18);
    expect(new KeyRingCipher([old]).codes('ann')).toEqual([codes[1]]);
    expect(codes[0]!.subarray(ring.mark.length)).not.toEqual(codes[1]!.subarray(ring.mark.length));
    // What follows another beginning differs, so a code does not show which characters a text has.
    expect(other[0]!.subarray(ring.mark.length)).not.toEqual(codes[0]!.subarray(ring.mark.length));
    expect(other[0]!.subarray(-4)).not.toEqual(codes[0]!.subarray(-4));
    expect(codes[0]!.toString('latin1')).not.toContain('ann');
  });
});
