import type { PageOptions } from './page-options';

/** The Content-Security-Policy of a page: nothing but its own files runs, and only pages of `frameOrigins` may frame it, of which browsers take `*` for any number of labels. */
export function pagePolicy({ gatewayUrl, frameOrigins }: Pick<PageOptions, 'gatewayUrl' | 'frameOrigins'>): string {
  const { origin } = gatewayUrl ? new URL(gatewayUrl) : {}; // a path would mean that very path
  const gateway = origin ? [origin, origin.replace(/^http/, 'ws')] : [];
  return [
    "default-src 'self'",
    ['connect-src', "'self'", ...gateway].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    ['frame-ancestors', ...(frameOrigins.length ? frameOrigins : ["'none'"])].join(' '),
  ].join('; ');
}
