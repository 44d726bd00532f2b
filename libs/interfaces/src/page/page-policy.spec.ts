import { pagePolicy } from './page-policy';

describe('pagePolicy', () => {
  const connectOf = (gatewayUrl: string | null) => /connect-src ([^;]*)/.exec(pagePolicy({ gatewayUrl, frameOrigins: [] }))![1];

  it.each([
    [null, "'self'"],
    ['https://live.example.com', "'self' https://live.example.com wss://live.example.com"],
    ['http://127.0.0.1:3001/', "'self' http://127.0.0.1:3001 ws://127.0.0.1:3001"],
    ['https://example.com/scores', "'self' https://example.com wss://example.com"],
  ])('lets the page connect to the gateway %s', (gatewayUrl, sources) => {
    expect(connectOf(gatewayUrl)).toBe(sources);
  });
});
