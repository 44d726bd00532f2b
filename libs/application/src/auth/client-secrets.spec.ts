import crypto from 'node:crypto';
import { ClientSecrets } from './client-secrets';

describe('ClientSecrets', () => {
  const secrets = new ClientSecrets();

  it('accepts only the secret that was hashed, and stores only its hash', async () => {
    const secret = secrets.create();
    const [one, two] = await Promise.all([secrets.hash(secret), secrets.hash(secret)]);
    expect(one).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(two).not.toBe(one);
    expect(one).not.toContain(secret);
    expect(await secrets.matches(secret, one)).toBe(true);
    expect(await secrets.matches(`${secret}x`, one)).toBe(false);
    expect(await secrets.matches('', one)).toBe(false);
  });

  it('verifies a hash with different cost parameters', async () => {
    // RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1), its first 32 bytes.
    const key = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex').toString('base64url');
    const hash = `scrypt$16384$8$1$${Buffer.from('SodiumChloride').toString('base64url')}$${key}`;
    expect(await secrets.matches('pleaseletmein', hash)).toBe(true);
  });

  it('does the same work for an unknown client as for a known one', async () => {
    const hash = await secrets.hash('a secret');
    const derive = jest.spyOn(crypto, 'scrypt');
    for (const known of [hash, undefined]) expect(await secrets.matches('wrong', known)).toBe(false);
    const [forKnown, forUnknown] = derive.mock.calls.map(([secret, salt, length, options]) => ({ secret, saltLength: (salt as Buffer).length, length, options }));
    expect(forUnknown).toEqual(forKnown);
    expect(forKnown).toMatchObject({ secret: 'wrong', saltLength: 16, options: { N: 32_768 } });
  });

  it('does not block the event loop, and refuses requests when too many are waiting', async () => {
    // A sixteenth of the usual work each.
    const hash = `scrypt$2048$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    const answers = await Promise.allSettled(Array.from({ length: 40 }, () => secrets.matches('wrong', hash)));
    clearInterval(counting);
    expect(turns).toBeGreaterThan(10);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(34);
    for (const answer of answers.slice(34)) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'rate-limited', details: { retryAfter: 1 } } });
    expect(await secrets.matches('wrong', hash)).toBe(false);
  });
});
