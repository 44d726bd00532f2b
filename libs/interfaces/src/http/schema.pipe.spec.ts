import { Refusal } from '@scoreboard/domain';
import { z } from 'zod';
import { wholeNumber } from './query';
import { SchemaPipe } from './schema.pipe';
import { DeferredBodyError } from './deferred-body-error';

const body = new SchemaPipe(z.strictObject({ userId: z.string('must be text'), tags: z.array(z.int('must be a whole number')).optional() }));
const read = (pipe: SchemaPipe<z.ZodType>, value: unknown, data?: string) => pipe.transform(value, { type: 'body', data });
const errorsOf = (pipe: SchemaPipe<z.ZodType>, value: unknown, data?: string) => {
  try {
    return read(pipe, value, data);
  } catch (error) {
    return { code: (error as Refusal).code, errors: (error as Refusal).details.errors };
  }
};

describe('SchemaPipe', () => {
  it('returns the value as parsed by the schema', () => {
    expect(read(body, { userId: 'ann', tags: [1] })).toEqual({ userId: 'ann', tags: [1] });
    expect(read(new SchemaPipe(z.object({ limit: wholeNumber(1, 100).default(10) })), {})).toEqual({ limit: 10 });
  });

  it('reports every invalid field by its path, unknown fields too', () => {
    expect(errorsOf(body, { userId: 7, tags: [1, 'x'], a: 1, b: 2 })).toEqual({
      code: 'invalid-request',
      errors: [
        { path: 'userId', message: 'must be text' },
        { path: 'tags.1', message: 'must be a whole number' },
        { path: 'a', message: 'is not a known field' },
        { path: 'b', message: 'is not a known field' },
      ],
    });
  });

  it('refuses lone surrogates and U+0000 anywhere in the value, even if the schema accepts them', () => {
    const anything = new SchemaPipe(z.any());
    const message = 'must be valid Unicode without U+0000';
    expect(errorsOf(anything, { a: '\ud800', b: ['x', { c: 'y\udfffz' }], d: '\0', e: '\u{1f600}' })).toEqual({
      code: 'invalid-request',
      errors: ['a', 'b.1.c', 'd'].map((path) => ({ path, message })),
    });
    expect(errorsOf(anything, '\ude00\ud83d', 'title')).toMatchObject({ errors: [{ path: 'title', message }] });
  });

  it('reports a single parameter under its own name', () => {
    const pipe = new SchemaPipe(z.string().regex(/^a/, 'must begin with a'));
    expect(errorsOf(pipe, 'b', 'userId')).toMatchObject({ errors: [{ path: 'userId', message: 'must begin with a' }] });
  });

  it.each([undefined, null, [], 'text', 7])('refuses %p instead of an object', (value) => {
    expect(errorsOf(body, value)).toEqual({ code: 'invalid-request', errors: [{ path: '', message: 'must be a JSON object' }] });
  });

  it('throws the deferred error of a body that could not be parsed', () => {
    const error = new Refusal('invalid-request', { detail: 'The body is not valid JSON.' });
    expect(() => read(body, new DeferredBodyError(error))).toThrow(error);
  });
});

describe('wholeNumber', () => {
  const parse = (value: unknown) => wholeNumber(1, 100).safeParse(value);

  it.each([['1', 1], ['100', 100], ['007', 7]])('reads %p', (text, value) => {
    expect(parse(text).data).toBe(value);
  });

  it.each(['', '0', '101', '-1', '1.5', '1e1', ' 1', '0x1', '９', '9'.repeat(16), ['1', '2'], undefined, 1])('refuses %p', (value) => {
    expect(parse(value).error?.issues[0]?.message).toBe('must be a whole number from 1 to 100');
  });
});
