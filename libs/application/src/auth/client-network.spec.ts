import { clientNetwork } from './client-network';

describe('clientNetwork', () => {
  it.each([
    ['203.0.113.9', '::ffff:203.0.113.9'],
    ['203.0.113.9', '::FFFF:cb00:7109'],
    ['2001:db8:0:1::1', '2001:0DB8:0000:0001:ffff:ffff:ffff:ffff'],
    ['fe80::1', 'fe80::2%eth0'],
    ['2001:db8::', '2001:db8::9:8:7:6'],
  ])('treats %s and %s as one client', (one, other) => {
    expect(clientNetwork(one)).toBe(clientNetwork(other));
  });

  it.each([
    ['203.0.113.9', '203.0.113.10'],
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
    ['::ffff:203.0.113.9', '::ffff:203.0.113.10'],
    ['1::', '::1'],
    ['unknown', '_hidden'],
  ])('treats %s and %s as different clients', (one, other) => {
    expect(clientNetwork(one)).not.toBe(clientNetwork(other));
  });
});
