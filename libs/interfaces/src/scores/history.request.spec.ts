import { commandIdSchema, encodeCursor, historyQuerySchema } from './history.request';

describe('historyQuerySchema', () => {
  it('decodes a cursor to its sequence number', () => {
    for (const seq of [1, 1_900_000_000_000_000, Number.MAX_SAFE_INTEGER]) {
      expect(historyQuerySchema.parse({ cursor: encodeCursor(seq) })).toEqual({ limit: 50, cursor: seq });
    }
  });

  const noCursors = ['', '7', ...[0, -1, 1.5, 2 ** 53, NaN].map(encodeCursor), `${encodeCursor(7)}=`, '%00', ['a', 'b']];

  it.each(noCursors.map((cursor) => [cursor]))('refuses the cursor %p', (cursor) => {
    expect(historyQuerySchema.safeParse({ cursor }).success).toBe(false);
  });

  it('accepts a UUID in upper or lower case as the same command', () => {
    const id = 'C0FFEE00-0000-7000-8000-00000000000A';
    expect(commandIdSchema.parse(id)).toBe(id.toLowerCase());
    expect(commandIdSchema.safeParse('c0ffee').success).toBe(false);
  });
});
