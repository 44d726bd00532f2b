import { asyncApiDocument } from './asyncapi';
import { breach } from './described.contract';

describe('the AsyncAPI document', () => {
  it('has no broken reference', () => {
    const document: unknown = asyncApiDocument();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    expect(references.length).toBeGreaterThan(0);
    const missing = references.filter((path) => path.split('/').reduce((part, key) => (part as Record<string, unknown> | undefined)?.[key], document) === undefined);
    expect(missing).toEqual([]);
  });

  it.each([
    ['scores:top', { revision: 1, entries: [{ rank: 1, userId: 'ann', score: 5 }] }],
    ['top:100', { revision: 0, entries: [] }],
    ['scores:me', { userId: 'ann', score: 0, rank: null }],
    ['around:me', []],
    ['unauthenticated', { reason: 'The token has expired.' }],
    ['authenticated', { ok: true }],
    ['pong', { revision: 7 }],
    ['channel answer', { ok: false, code: 'unknown-channel' }],
    ['channel answer', [{ ok: true, channel: 'top:3' }, { ok: false, code: 'rate-limited', channel: 'top:4' }]],
    ['token answer', { ok: false, code: 'unauthenticated' }],
    ['ping answer', { revision: 7 }],
    ['subscribe', 'top:100'],
    ['subscribe', ['top:1', 'scores:me']],
    ['authenticate', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln'],
    ['ping', undefined],
  ])('accepts a valid %s', (event, data) => expect(breach(event, data)).toBeUndefined());

  it.each([
    ['scores:top', { revision: 1 }],
    ['scores:top', { revision: 1, entries: [{ rank: 0, userId: 'ann', score: 5 }] }],
    ['stale', { stale: 'yes' }],
    ['subscribe', 'top:101'],
    ['subscribe', ['top:101']],
    ['authenticate', 'x'.repeat(8_193)],
    ['token answer', { ok: false }],
    ['scores:bottom', {}],
  ])('reports an invalid %s', (event, data) => expect(breach(event, data)).toEqual(expect.stringContaining(event)));
});
