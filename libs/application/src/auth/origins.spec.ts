import { isListed, originPattern } from './origins';

describe('originPattern', () => {
  it.each([
    ['https://a.example', 'https://a.example'],
    ['HTTPS://A.Example:443', 'https://a.example'],
    ['http://a.example:80', 'http://a.example'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://[0:0:0:0:0:0:0:1]:3000', 'http://[::1]:3000'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://*.example.com', 'https://*.example.com'],
    ['https://*.Example.com:8443', 'https://*.example.com:8443'],
    ['http://*.localhost:3000', 'http://*.localhost:3000'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['ionic://localhost', 'ionic://localhost'],
    ['tauri://localhost', 'tauri://localhost'],
    ['app://.', 'app://.'],
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
    ['safari-web-extension://0F3D-AB', 'safari-web-extension://0f3d-ab'],
  ])('turns %s into %s', (text, pattern) => {
    expect(originPattern(text)).toBe(pattern);
  });

  it.each([
    '',
    '*',
    'null',
    'a.example',
    '//a.example',
    'https://',
    'https://a.example/',
    'https://a.example/path',
    'https://a.example?x=1',
    'https://a.example#x',
    'https://user:pass@a.example',
    'https://a.example:99999',
    'https://a.example;script-src',
    "https://a'.example",
    'https://a.example b.example',
    'https://a.\texample',
    'https://*',
    'https://*.com',
    'https://*.10.0.0.1',
    'https://*.[::1]',
    'https://a*.example.com',
    'https://*a.example.com',
    'https://a.*.example.com',
    'https://*.*.example.com',
    'https://**.example.com',
    'https://*.example.com/',
    'https://*.example.com:*',
    '*://example.com',
    '*.example.com',
    'capacitor://',
    'capacitor://*.localhost',
    'capacitor://localhost/x',
    'file:///index.html',
    'file://localhost',
    'javascript://x',
    'data://x',
    'wss://a.example',
  ])('rejects %j', (text) => {
    expect(originPattern(text)).toBeUndefined();
  });
});

describe('isListed', () => {
  const patterns = ['https://friend.example', 'https://*.example.com', 'http://*.example.com:8080', 'capacitor://localhost'];

  it.each([
    'https://friend.example',
    'https://FRIEND.example:443',
    'https://a.example.com',
    'https://xn--bcher-kva.example.com',
    'https://A.Example.com',
    'http://a.example.com:8080',
    'capacitor://localhost',
  ])('matches %s', (origin) => {
    expect(isListed(origin, patterns)).toBe(true);
  });

  it.each([
    '',
    'null',
    '*',
    'http://friend.example',
    'https://friend.example:8443',
    'https://friend.example/',
    'https://friend.example.evil.example',
    'https://example.com',
    'https://a.b.example.com',
    'https://.example.com',
    'https://*.example.com',
    'https://evil-example.com',
    'https://a.example.com.evil.example',
    'https://a.example.com:8443',
    'http://a.example.com',
    'https://a.example.org',
    'ionic://localhost',
    'capacitor://localhost:80',
    `https://${'a'.repeat(10_000)}.example.org`,
  ])('does not match %.60s', (origin) => {
    expect(isListed(origin, patterns)).toBe(false);
  });

  it('matches nothing with an empty list', () => {
    expect(isListed('https://a.example', [])).toBe(false);
  });
});
