import { clientAddress } from './client-address';

const from = (forwarded: string | undefined, trustProxy: number, remoteAddress: string | undefined = '10.0.0.1') =>
  clientAddress({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }, trustProxy);

describe('clientAddress', () => {
  it.each<[what: string, trustProxy: number, forwarded: string | undefined, address: string]>([
    ['the connection if no proxy is trusted', 0, '203.0.113.9', '10.0.0.1'],
    ['the entry of the one proxy', 1, '203.0.113.9', '203.0.113.9'],
    ['the entry of the one proxy, whatever the client wrote before it', 1, '198.51.100.7, 203.0.113.9', '203.0.113.9'],
    ['the entry of the first of two proxies', 2, '198.51.100.7, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['the first entry if there are fewer than trusted', 3, '203.0.113.9', '203.0.113.9'],
    ['the connection if there is no header', 1, undefined, '10.0.0.1'],
    ['the connection if the entries are empty', 1, ' , ', '10.0.0.1'],
    ['the next trusted entry if the first is not an address', 2, '198.51.100.7, unknown, 203.0.113.9', '203.0.113.9'],
    ['the connection if no trusted entry is an address', 2, '198.51.100.7, unknown, _hidden', '10.0.0.1'],
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
