import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isOriginAllowed } from './origins';

const from = (origin: string | undefined, host: string | undefined, isEncrypted = false) =>
  ({ headers: { origin, host }, socket: isEncrypted ? new TLSSocket(new Socket()) : new Socket() }) as unknown as IncomingMessage;

describe('an origin', () => {
  it.each([
    ['the same host', 'http://scores.example:3000', 'scores.example:3000'],
    ['a port that the scheme implies, named in Host alone', 'https://scores.example', 'scores.example:443'],
    ['a port that the scheme implies, named in Origin alone', 'http://scores.example:80', 'scores.example'],
    ['TLS that a proxy ends', 'https://scores.example', 'scores.example'],
    ['upper case', 'https://Scores.Example', 'SCORES.example'],
    ['an address of IPv6', 'http://[::1]:3001', '[0:0:0:0:0:0:0:1]:3001'],
  ])('is our own with %s', (_what, origin, host) => {
    expect(isOriginAllowed(from(origin, host), [])).toBe(true);
  });

  it.each([
    ['another host', 'https://evil.example', 'scores.example'],
    ['another port', 'http://scores.example:8080', 'scores.example'],
    ['the port of another scheme', 'http://scores.example', 'scores.example:443'],
    ['a name that only begins alike', 'https://scores.example.evil.example', 'scores.example'],
    ['no scheme', 'scores.example', 'scores.example'],
    ['an opaque origin', 'null', 'scores.example'],
    ['a scheme that is not of the web', 'capacitor://scores.example', 'scores.example'],
    ['no Host', 'https://undefined', undefined],
  ])('is foreign with %s', (_what, origin, host) => {
    expect(isOriginAllowed(from(origin, host), [])).toBe(false);
  });

  it('must be encrypted where this process itself ends TLS', () => {
    expect(isOriginAllowed(from('https://scores.example', 'scores.example', true), [])).toBe(true);
    expect(isOriginAllowed(from('http://scores.example', 'scores.example', true), [])).toBe(false);
  });

  it('need not be there: what is no browser sends none', () => {
    expect(isOriginAllowed(from(undefined, 'scores.example'), [])).toBe(true);
  });

  it('may be on the list', () => {
    expect(isOriginAllowed(from('https://a.friend.example', 'scores.example'), ['https://*.friend.example'])).toBe(true);
    expect(isOriginAllowed(from('capacitor://localhost', 'scores.example'), ['capacitor://localhost'])).toBe(true);
    expect(isOriginAllowed(from('https://friend.example', 'scores.example'), ['https://*.friend.example'])).toBe(false);
  });
});
