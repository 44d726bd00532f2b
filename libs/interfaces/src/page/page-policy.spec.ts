import { pagePolicy } from './page-policy';

describe('pagePolicy', () => {
  const none = { gatewayUrl: null, frameOrigins: [], avatarOrigins: [] };

  it('loads pictures from its own origin and the listed ones', () => {
    expect(pagePolicy(none)).toContain("; img-src 'self';");
    expect(pagePolicy({ ...none, avatarOrigins: ['https://img.example'] })).toContain("; img-src 'self' https://img.example;");
  });

  it('lets the page connect to its own origin and to the origin of the gateway, over HTTP and WebSocket', () => {
    expect(pagePolicy(none)).toContain("connect-src 'self';");
    expect(pagePolicy({ ...none, gatewayUrl: 'https://example.com:8443/live' })).toContain("connect-src 'self' https://example.com:8443 wss://example.com:8443;");
  });

  it('allows framing by the listed origins only; by default by none', () => {
    expect(pagePolicy(none)).toMatch(/; frame-ancestors 'none'$/);
    const frameOrigins = ['https://a.example', 'https://*.b.example:8443', 'capacitor://localhost'];
    expect(pagePolicy({ ...none, frameOrigins })).toMatch(/; frame-ancestors https:\/\/a\.example https:\/\/\*\.b\.example:8443 capacitor:\/\/localhost$/);
  });
});
