import type { IncomingMessage } from 'node:http';
import { clientAddress } from './client-address';

const from = (remoteAddress: string | undefined, forwarded?: string): IncomingMessage =>
  ({ headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe('clientAddress', () => {
  it.each<[what: string, trustProxy: number, forwarded: string | undefined, address: string]>([
    ['the connection, where no proxy is believed', 0, '203.0.113.9', '10.0.0.1'],
    ['what the one proxy saw', 1, '203.0.113.9', '203.0.113.9'],
    ['what the one proxy saw, whatever the client wrote before it', 1, '198.51.100.7, 203.0.113.9', '203.0.113.9'],
    ['what the first of two proxies saw', 2, '198.51.100.7, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['the furthest there is, where there are fewer than believed', 3, '203.0.113.9', '203.0.113.9'],
    ['the connection, where no proxy said anything', 1, undefined, '10.0.0.1'],
    ['the connection, where what was said is empty', 1, ' , ', '10.0.0.1'],
  ])('is %s', (_what, trustProxy, forwarded, address) => {
    expect(clientAddress(from('10.0.0.1', forwarded), trustProxy)).toBe(address);
  });

  it('is empty for a connection that is gone', () => {
    expect(clientAddress(from(undefined), 0)).toBe('');
  });
});
