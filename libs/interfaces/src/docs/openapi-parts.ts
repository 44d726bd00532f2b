import { REFUSALS, type RefusalCode, type RefusalDefinition } from '@scoreboard/domain';
import { STATUS } from '../http/problem';
import { EXAMPLES, exampleOf } from './openapi-examples';
import type { BodyName } from './openapi-schemas';

/** What a problem of a status means, in general. */
const PROBLEMS: Record<number, string> = {
  400: 'The request is invalid; the member errors lists each invalid field',
  401: 'No token, or an invalid one',
  403: 'The token does not allow this request',
  404: 'Not found',
  413: 'The body is too large; detail names the limit',
  415: 'Not application/json, not UTF-8, or compressed',
  422: 'The Idempotency-Key was used before with another body; or the update was rejected: it can never be applied, and reason says why; or the list or the flag has changed meanwhile',
  429: 'Over the rate limit; see Retry-After',
  503: 'Temporarily unavailable; see Retry-After. For an update, outcome says whether it was certainly refused',
};

const header = (name: string) => ({ $ref: `#/components/headers/${name}` });
export const REQUEST_ID = { 'X-Request-Id': header('RequestId') };
const RETRY = { 'Retry-After': header('RetryAfter') };
/** The headers of a problem of a status, besides the request id. */
const PROBLEM_HEADERS: Record<number, object> = {
  401: { 'WWW-Authenticate': header('WwwAuthenticate') },
  429: { ...RETRY, 'RateLimit': header('RateLimit'), 'RateLimit-Policy': header('RateLimitPolicy') },
  503: RETRY,
};

const reference = (name: BodyName) => ({ $ref: `#/components/schemas/${name}` });

/** A body of a named kind, with its example. */
export const content = (name: Exclude<BodyName, 'Problem'>, type = 'application/json') => ({ [type]: { schema: reference(name), example: EXAMPLES[name] } });

type Refused = RefusalCode | number;
const statusOf = (what: Refused): number => (typeof what === 'number' ? what : STATUS[REFUSALS[what].kind]);

/** The problems of an operation, by the code of the refusal, or by the status where it alone explains the error. One example for each. */
export function problems(...all: readonly Refused[]): Record<number, object> {
  const statuses = [...new Set(all.map(statusOf))];
  const describe = (status: number) => {
    const examples = all.filter((what) => statusOf(what) === status).map((what) => [what, { value: exampleOf(what) }] as const);
    const body = { schema: reference('Problem'), examples: Object.fromEntries(examples) };
    return { description: PROBLEMS[status], headers: { ...REQUEST_ID, ...PROBLEM_HEADERS[status] }, content: { 'application/problem+json': body } };
  };
  return Object.fromEntries(statuses.map((status) => [status, describe(status)]));
}

export const answers = (status: number, description: string, name: Exclude<BodyName, 'Problem'>, ...refused: readonly Refused[]) => ({
  [status]: { description, headers: REQUEST_ID, content: content(name) },
  ...problems(...refused),
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

/** A bearer token, however it was obtained, or one of a client with this scope, which this server issues. */
export const bearer = (scope: string) => [{ bearer: [] }, { clientCredentials: [scope] }];

/** Refusals of every operation that needs a token. */
export const TOKEN_REFUSED = ['unauthenticated', 'keys-unavailable'] as const;
/** Refusals of every operation with a JSON body. */
export const BODY_REFUSED = ['invalid-request', 413, 415] as const;

/** The refusals of extensions in Markdown, with the columns of docs/problems.md; empty if there are none. */
export const refusalTable = (refusals: readonly RefusalDefinition[]): string => {
  const rows = refusals.map(({ code, kind, title }) => `| \`${code}\` | ${kind} | ${STATUS[kind]} | ${title.replaceAll('|', '\\|')} |`);
  return rows.length ? `\n\nExtensions of this server may also refuse it:\n\n${['| code | kind | status | meaning |', '|---|---|---|---|', ...rows].join('\n')}` : '';
};
