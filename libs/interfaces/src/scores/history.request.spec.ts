import { commandIdSchema, encodeCursor, historyQuerySchema } from './history.request';

describe('historyQuerySchema', () => {
  it('gives back the sequence that a cursor was made of', () => {
    for (const seq of [1, 1_900_000_000_000_000, Number.MAX_SAFE_INTEGER]) {
      expect(historyQuerySchema.parse({ cursor: encodeCursor(seq) })).toEqual({ limit: 50, cursor: seq });
    }
  });

  it.each(['', '7', encodeCursor(0), encodeCursor(-1), encodeCursor(1.5), encodeCursor(2 ** 53), `${encodeCursor(7)}=`, encodeCursor(NaN), '%00', ['a', 'b']])(
    'refuses the cursor %p',
    (cursor) => {
      expect(historyQuerySchema.safeParse({ cursor }).success).toBe(false);
    },
  );

  it('takes a UUID in either case for the same command', () => {
    const id = 'C0FFEE00-0000-7000-8000-00000000000A';
    expect(commandIdSchema.parse(id)).toBe(id.toLowerCase());
    expect(commandIdSchema.safeParse('c0ffee').success).toBe(false);
  });
});
