import { newRequestId, readTraceparent, requestIdOf } from './request-id';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('requestIdOf', () => {
  it('returns the trace id of traceparent, ignoring other headers', () => {
    expect(requestIdOf({ 'traceparent': `00-${ID}-${SPAN}-01`, 'x-request-id': 'f'.repeat(32) })).toBe(ID);
  });

  it.each([
    ['hex digits', ID],
    ['hex digits in upper case', ID.toUpperCase()],
    ['a UUID', '4BF92F35-77B3-4da6-a3ce-929d0e0e4736'],
  ])('otherwise returns X-Request-Id, given as %s', (_, header) => {
    expect(requestIdOf({ 'x-request-id': header })).toBe(ID);
    expect(requestIdOf({ 'traceparent': 'none', 'x-request-id': header })).toBe(ID);
  });

  it.each(['', 'abc', `${ID}0`, `${ID.slice(1)}g`, `${ID}\n`, '0'.repeat(32), '00000000-0000-0000-0000-000000000000', `${ID}, ${ID}`])('returns a new id if X-Request-Id is %j', (header) => {
    const id = requestIdOf({ 'x-request-id': header });
    expect(id).toMatch(/^[\da-f]{32}$/);
    expect(id).not.toContain(ID);
  });

  it('returns a different id for each request without one', () => {
    const ids = Array.from({ length: 10_000 }, newRequestId);
    expect(new Set(ids).size).toBe(10_000);
    expect(ids.every((id) => /^(?!0{32})[\da-f]{32}$/.test(id))).toBe(true);
  });
});

describe('readTraceparent', () => {
  it.each([
    [`00-${ID}-${SPAN}-01`, true],
    [`00-${ID}-${SPAN}-00`, false],
    [`00-${ID}-${SPAN}-03`, true],
    [`cc-${ID}-${SPAN}-01-what-the-future-will-be-like`, true],
    [`cc-${ID}-${SPAN}-00`, false],
  ])('reads trace id, span id and sampled flag from %s: %s', (traceparent, isSampled) => {
    expect(readTraceparent({ traceparent })).toEqual({ traceId: ID, spanId: SPAN, isSampled });
  });

  it.each([
    undefined,
    '',
    ID,
    `00-${ID}-${SPAN}`,
    `00-${ID}-${SPAN}-01-more`,
    `00-${ID}-${SPAN}-01.`,
    `cc-${ID}-${SPAN}-01.`,
    `ff-${ID}-${SPAN}-01`,
    `00-${ID.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${ID}-${'0'.repeat(16)}-01`,
    `00-${ID}-${SPAN}-0x`,
    ` 00-${ID}-${SPAN}-01`,
    `00-${ID}-${SPAN}-01, 00-${ID}-${SPAN}-01`,
  ])('ignores the malformed %j', (traceparent) => {
    expect(readTraceparent({ traceparent })).toBeUndefined();
  });
});
