import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LedgerEvent } from '@scoreboard/domain';
import { sendWebhook, signatureOf } from './webhook-request';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const event: LedgerEvent = { id: '1890123456789012-2', sequence: 1_890_123_456_789_012, place: 2, type: 'top.entered', at: new Date('2026-11-28T12:00:00Z'), userId: 'ann', score: 5, rank: 1 };
const { signal } = new AbortController();

describe('signatureOf', () => {
  it('is that of Standard Webhooks', () => {
    // The example of the specification.
    expect(signatureOf(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}')).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('sendWebhook', () => {
  const requests: { readonly headers: IncomingMessage['headers']; readonly url?: string; readonly body: string }[] = [];
  let answer: (response: ServerResponse) => void;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, url: request.url, body });
      answer(response);
    });
  });
  let port: number;
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    requests.length = 0;
    answer = (response) => response.writeHead(204).end();
  });
  const endpoint = (more: object = {}) => ({ id: 'shop', url: `http://127.0.0.1:${port}/hooks?x=1`, secret, types: ['top.entered' as const], startFrom: 'now' as const, allowPrivate: true, ...more });

  it('posts the event with its id, and a signature that the receiver can check', async () => {
    await sendWebhook(endpoint(), event, signal);
    const [{ headers, url, body }] = requests as [(typeof requests)[number]];
    expect(url).toBe('/hooks?x=1');
    expect(JSON.parse(body)).toEqual({ type: 'top.entered', timestamp: '2026-11-28T12:00:00.000Z', data: { id: event.id, sequence: event.sequence, userId: 'ann', score: 5, rank: 1 } });
    expect(headers).toMatchObject({ 'webhook-id': event.id, 'content-type': 'application/json' });
    expect(headers['webhook-signature']).toBe(signatureOf(secret, event.id, Number(headers['webhook-timestamp']), body));
  });

  it.each([
    [200, undefined],
    [301, /^127\.0\.0\.1:\d+ answered 301; redirects are not followed$/],
    [400, /answered 400$/],
    [503, /answered 503$/],
  ])('takes %i for what it is, and follows no redirect', async (status, problem) => {
    answer = (response) => response.writeHead(status, { location: `http://127.0.0.1:${port}/elsewhere` }).end('x'.repeat(1_000_000));
    const sent = sendWebhook(endpoint(), event, signal);
    if (problem) await expect(sent).rejects.toThrow(problem);
    else await sent;
    expect(requests).toHaveLength(1);
  });

  it('gives up on an answer that does not come, and on a server that is away', async () => {
    answer = () => undefined;
    await expect(sendWebhook(endpoint(), event, signal, 200)).rejects.toThrow(/did not answer in time$/);
    await expect(sendWebhook(endpoint({ url: 'http://127.0.0.1:1/' }), event, signal)).rejects.toThrow('ECONNREFUSED');
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '169.254.169.254'])('connects to no private address: %s', async (host) => {
    await expect(sendWebhook(endpoint({ url: `http://${host}:${port}/`, allowPrivate: false }), event, signal)).rejects.toThrow(/is not a public address; set allowPrivate if that is meant$/);
    expect(requests).toEqual([]);
  });
});
