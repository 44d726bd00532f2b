import { STATUS_CODES } from 'node:http';
import type { Refusal, RefusalKind } from '@scoreboard/domain';
import type { FastifyReply } from 'fastify';

/** The media type of a problem (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** The header on every answer that holds the request's id: see `requestIdOf`. */
export const REQUEST_ID = 'x-request-id';

/** Headers of a problem, also where Fastify's hooks do not run. */
export const PROBLEM_HEADERS = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' } as const;

/** RFC 9457. `type` holds the code of a refusal, or is `about:blank` if the status alone explains the error. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly outcome?: 'refused' | 'unknown';
  readonly commandId?: string;
  readonly reason?: string;
}

/** The HTTP status of each kind of refusal. */
export const STATUS: Record<RefusalKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  unknown: 404,
  conflict: 422,
  limited: 429,
  unavailable: 503,
};

/** A problem with only a status and its standard HTTP title. */
export const problem = (status: number, more: Partial<Problem> = {}): Problem => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  ...more,
});

/** The problem that answers a refusal. `instance`: the path of the request. */
export function problemOfRefusal({ code, kind, title, details }: Refusal, instance?: string): Problem {
  const { detail, errors, outcome, commandId, reason } = details;
  return { type: `urn:scoreboard:problem:${code}`, title, status: STATUS[kind], detail, instance, errors, outcome, commandId, reason };
}

/** The headers of the answer to a refusal. */
export const headersOfRefusal = ({ kind, details: { retryAfter = 1, quota } }: Refusal): Record<string, string> => ({
  ...(kind === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }),
  ...((kind === 'limited' || kind === 'unavailable') && { 'Retry-After': String(retryAfter) }),
  // draft-ietf-httpapi-ratelimit-headers
  ...(quota && {
    'RateLimit-Policy': `"${quota.name}";q=${quota.limit};w=${quota.windowSeconds}`,
    'RateLimit': `"${quota.name}";r=0;t=${quota.resetSeconds}`,
  }),
});

/** Answers a request with a problem. */
export const sendProblem = (reply: FastifyReply, answer: Problem): FastifyReply =>
  reply.code(answer.status).type(PROBLEM_TYPE).headers(PROBLEM_HEADERS).send(JSON.stringify(answer));
