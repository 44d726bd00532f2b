import { asyncApiDocument } from './asyncapi';
import { breach } from './described.contract';

describe('The AsyncAPI document', () => {
  it('points to nothing that is missing', () => {
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
    ['answer', { ok: false, code: 'unknown-channel' }],
    ['subscribe', 'top:100'],
  ])('takes %s as it is described', (event, data) => expect(breach(event, data)).toBeUndefined());

  it.each([
    ['scores:top', { revision: 1 }],
    ['scores:top', { revision: 1, entries: [{ rank: 0, userId: 'ann', score: 5 }] }],
    ['stale', { stale: 'yes' }],
    ['subscribe', 'top:101'],
    ['scores:bottom', {}],
  ])('tells a %s that is not', (event, data) => expect(breach(event, data)).toEqual(expect.stringContaining(event)));
});
