import { pagePolicy } from './page-policy';

describe('pagePolicy', () => {
  it('lets the page connect to its own server and to the gateway, wherever on its origin that is, over HTTP and WebSocket', () => {
    expect(pagePolicy({ gatewayUrl: null, frameOrigins: [] })).toContain("connect-src 'self';");
    expect(pagePolicy({ gatewayUrl: 'https://example.com:8443/live', frameOrigins: [] })).toContain("connect-src 'self' https://example.com:8443 wss://example.com:8443;");
  });

  it('lets nobody frame a page, or the pages of the listed origins', () => {
    expect(pagePolicy({ gatewayUrl: null, frameOrigins: [] })).toMatch(/; frame-ancestors 'none'$/);
    const frameOrigins = ['https://a.example', 'https://*.b.example:8443', 'capacitor://localhost'];
    expect(pagePolicy({ gatewayUrl: null, frameOrigins })).toMatch(/; frame-ancestors https:\/\/a\.example https:\/\/\*\.b\.example:8443 capacitor:\/\/localhost$/);
  });
});
