import { isListed } from '@scoreboard/application';

/** The methods and headers for pages of allowed origins; never cookies. */
const RULES = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  exposedHeaders: ['ETag', 'Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'WWW-Authenticate', 'Allow', 'X-Request-Id'],
  maxAge: 600,
  strictPreflight: false, // a malformed preflight is answered as a normal request, with a problem
};

/** RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,64}$/;
const MAX_HEADERS = 50;

interface CorsRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

type Answer = (error: null, options: typeof RULES & { readonly origin: boolean; readonly allowedHeaders: string[] }) => void;

/**
 * Cross-origin requests (the Fetch standard) for pages of these origins (`originPattern`). A preflight is granted every header it asks for: tracing
 * libraries add their own to every request, and no header grants a browser more than it grants any other client.
 */
export const corsRules =
  (origins: readonly string[]) =>
  ({ headers }: CorsRequest, answer: Answer): void =>
    answer(null, {
      ...RULES,
      origin: isListed(String(headers['origin'] ?? ''), origins),
      allowedHeaders: headerNames(headers['access-control-request-headers']),
    });

const headerNames = (asked: string | string[] = ''): string[] =>
  String(asked)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => HEADER_NAME.test(name))
    .slice(0, MAX_HEADERS);

/** For answers sent before routing: without these headers a page could not read why its request was refused. */
export const corsHeaders = (origin: string | undefined, origins: readonly string[]): Record<string, string> => ({
  ...(origins.length && { vary: 'Origin' }),
  ...(origin !== undefined && isListed(origin, origins) && { 'access-control-allow-origin': origin, 'access-control-expose-headers': RULES.exposedHeaders.join(', ') }),
});
