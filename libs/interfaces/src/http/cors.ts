const EXPOSED = ['ETag', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Request-Id'];

/** What pages of the allowed origins may send and see; never cookies. */
export const CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'Prefer', 'X-Request-Id', 'traceparent'],
  exposedHeaders: EXPOSED,
  maxAge: 600,
  strictPreflight: false, // a preflight that is none gets no answer of another shape
};

export const isAllowedOrigin = (origin: string | undefined, corsOrigins: readonly string[]): boolean => corsOrigins.includes(origin ?? '');

/** For answers that are given before a request is routed: without these a page could not read why it was refused. */
export const corsHeaders = (origin: string | undefined, corsOrigins: readonly string[]): Record<string, string> => ({
  ...(corsOrigins.length && { vary: 'Origin' }),
  ...(isAllowedOrigin(origin, corsOrigins) && { 'access-control-allow-origin': origin!, 'access-control-expose-headers': EXPOSED.join(', ') }),
});
