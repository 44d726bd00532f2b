import { pagePolicy } from './page-policy';

describe('pagePolicy', () => {
  it('lets the page connect to its own origin and to the origin of the gateway, over HTTP and WebSocket', () => {
    expect(pagePolicy({ gatewayUrl: null, frameOrigins: [] })).toContain("connect-src 'self';");
    expect(pagePolicy({ gatewayUrl: 'https://example.com:8443/live', frameOrigins: [] })).toContain("connect-src 'self' https://example.com:8443 wss://example.com:8443;");
  });

  it('allows framing by the listed origins only; by default by none', () => {
    expect(pagePolicy({ gatewayUrl: null, frameOrigins: [] })).toMatch(/; frame-ancestors 'none'$/);
    const frameOrigins = ['https://a.example', 'https://*.b.example:8443', 'capacitor://localhost'];
    expect(pagePolicy({ gatewayUrl: null, frameOrigins })).toMatch(/; frame-ancestors https:\/\/a\.example https:\/\/\*\.b\.example:8443 capacitor:\/\/localhost$/);
  });
});
