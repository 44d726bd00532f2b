import { clientAddress } from './client-address';

const from = (forwarded: string | undefined, trustProxy: number, remoteAddress: string | undefined = '10.0.0.1') =>
  clientAddress({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }, trustProxy);

describe('clientAddress', () => {
  it.each<[what: string, trustProxy: number, forwarded: string | undefined, address: string]>([
    ['the connection, where no proxy is believed', 0, '203.0.113.9', '10.0.0.1'],
    ['what the one proxy saw', 1, '203.0.113.9', '203.0.113.9'],
    ['what the one proxy saw, whatever the client wrote before it', 1, '198.51.100.7, 203.0.113.9', '203.0.113.9'],
    ['what the first of two proxies saw', 2, '198.51.100.7, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['the furthest there is, where there are fewer than believed', 3, '203.0.113.9', '203.0.113.9'],
    ['the connection, where no proxy said anything', 1, undefined, '10.0.0.1'],
    ['the connection, where what was said is empty', 1, ' , ', '10.0.0.1'],
    ['the next that is believed, where the furthest is no address', 2, '198.51.100.7, unknown, 203.0.113.9', '203.0.113.9'],
    ['never one that is not believed, where none of the believed is an address', 2, '198.51.100.7, unknown, _hidden', '10.0.0.1'],
  ])('is %s', (_what, trustProxy, forwarded, address) => {
    expect(from(forwarded, trustProxy)).toBe(address);
  });

  it('is empty for a closed connection', () => {
    expect(clientAddress({ headers: {}, socket: {} }, 0)).toBe('');
  });

  it.each([
    ['1.2.3.4:5678', '1.2.3.4'],
    ['255.255.255.255:65535', '255.255.255.255'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:DB8::1]:443', '2001:DB8::1'],
    ['::ffff:203.0.113.9', '::ffff:203.0.113.9'],
    ['[::ffff:203.0.113.9]:80', '::ffff:203.0.113.9'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
    ['::', '::'],
  ])('reads %s as %s', (entry, address) => {
    expect(from(entry, 1)).toBe(address);
  });

  it.each([
    'unknown',
    '_hidden',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4.',
    '256.1.1.1',
    '01.2.3.4',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.4:',
    '1.2.3.4:123456',
    '1.2.3.4:80:80',
    '1.2.3.4/24',
    '1.2.3.4 5',
    '[1.2.3.4]',
    ':::',
    '2001:db8::1::2',
    '[2001:db8::1',
    '2001:db8::1]',
    '[2001:db8::1]x',
    '12345::',
    '"1.2.3.4"',
    'for=1.2.3.4',
    '١.٢.٣.٤',
    `fe80::1%${'z'.repeat(15_000)}`,
    '9'.repeat(15_000),
    '1.'.repeat(7_500),
    '::'.repeat(7_500),
  ])('does not accept %.40s as an address', (entry) => {
    expect(from(entry, 1)).toBe('10.0.0.1');
  });
});
