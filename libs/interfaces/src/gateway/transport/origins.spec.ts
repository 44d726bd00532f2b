import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isOriginAllowed } from './origins';

const from = (origin: string | undefined, host: string | undefined, isEncrypted = false) =>
  ({ headers: { origin, host }, socket: isEncrypted ? new TLSSocket(new Socket()) : new Socket() }) as unknown as IncomingMessage;

describe('isOriginAllowed', () => {
  it.each([
    ['the same host', 'http://scores.example:3000', 'scores.example:3000'],
    ['the default port, only in Host', 'https://scores.example', 'scores.example:443'],
    ['the default port, only in Origin', 'http://scores.example:80', 'scores.example'],
    ['TLS terminated by a proxy', 'https://scores.example', 'scores.example'],
    ['upper case', 'https://Scores.Example', 'SCORES.example'],
    ['an IPv6 address', 'http://[::1]:3001', '[0:0:0:0:0:0:0:1]:3001'],
  ])('accepts our own origin with %s', (_what, origin, host) => {
    expect(isOriginAllowed(from(origin, host), [])).toBe(true);
  });

  it.each([
    ['another host', 'https://evil.example', 'scores.example'],
    ['another port', 'http://scores.example:8080', 'scores.example'],
    ['the port of another scheme', 'http://scores.example', 'scores.example:443'],
    ['our host name as a prefix', 'https://scores.example.evil.example', 'scores.example'],
    ['no scheme', 'scores.example', 'scores.example'],
    ['an opaque origin', 'null', 'scores.example'],
    ['a scheme other than http or https', 'capacitor://scores.example', 'scores.example'],
    ['no Host', 'https://undefined', undefined],
  ])('refuses an origin with %s', (_what, origin, host) => {
    expect(isOriginAllowed(from(origin, host), [])).toBe(false);
  });

  it('requires https if this process terminates TLS', () => {
    expect(isOriginAllowed(from('https://scores.example', 'scores.example', true), [])).toBe(true);
    expect(isOriginAllowed(from('http://scores.example', 'scores.example', true), [])).toBe(false);
  });

  it('accepts a request without an origin: it is not from a browser', () => {
    expect(isOriginAllowed(from(undefined, 'scores.example'), [])).toBe(true);
  });

  it('accepts listed origins', () => {
    expect(isOriginAllowed(from('https://a.friend.example', 'scores.example'), ['https://*.friend.example'])).toBe(true);
    expect(isOriginAllowed(from('capacitor://localhost', 'scores.example'), ['capacitor://localhost'])).toBe(true);
    expect(isOriginAllowed(from('https://friend.example', 'scores.example'), ['https://*.friend.example'])).toBe(false);
  });
});
