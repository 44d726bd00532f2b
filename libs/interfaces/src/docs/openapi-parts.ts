import { z } from 'zod';

const PROBLEMS: Record<number, string> = {
  400: 'The request is invalid; errors lists each invalid field',
  401: 'No token, or an invalid one',
  403: 'The token does not allow this request',
  404: 'Not found',
  413: 'Over 16 KiB',
  415: 'Not application/json, not UTF-8, or compressed',
  422: 'The Idempotency-Key was used before with another body; or the update was rejected: it can never be applied, and reason says why',
  429: 'Over the rate limit; see Retry-After',
  503: 'Temporarily unavailable; see Retry-After. For an update, outcome says whether it was certainly refused',
};

export const json = (schema: z.ZodType) => {
  const { $schema: _dialect, ...content } = z.toJSONSchema(schema, { io: 'input' });
  return { 'application/json': { schema: content } };
};
export const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
export const problems = (...codes: number[]) =>
  Object.fromEntries(
    codes.map((code) => [code, { description: PROBLEMS[code], headers: REQUEST_ID, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }]),
  );
export const answers = (status: number, description: string, schema: z.ZodType, ...codes: number[]) => ({
  [status]: { description, headers: REQUEST_ID, content: json(schema) },
  ...problems(...codes),
});
export const parameter = (where: 'path' | 'query' | 'header', name: string, description: string, schema: object) => ({
  in: where,
  name,
  description,
  required: where === 'path',
  schema,
});
export const userParameter = parameter('path', 'userId', 'The user', { type: 'string' });
export const pageParameters = [
  parameter('query', 'limit', 'Number of items', { type: 'integer', minimum: 1, maximum: 100, default: 50 }),
  parameter('query', 'cursor', 'The value of next from the previous page', { type: 'string' }),
];
export const bearer = [{ bearer: [] }];
