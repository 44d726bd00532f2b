import type { PageOptions } from './page-options';

/** The Content-Security-Policy of a page: only its own files run, pictures also come from `avatarOrigins`, and only pages of `frameOrigins` may frame it. In those, browsers match `*` with any number of labels. `hasForm`: a form of the page leads to the page itself. */
export function pagePolicy({ gatewayUrl, frameOrigins, avatarOrigins }: Pick<PageOptions, 'gatewayUrl' | 'frameOrigins' | 'avatarOrigins'>, hasForm = false): string {
  const { origin } = gatewayUrl ? new URL(gatewayUrl) : {}; // with a path, the policy would allow only that exact path
  const gateway = origin ? [origin, origin.replace(/^http/, 'ws')] : [];
  return [
    "default-src 'self'",
    ['connect-src', "'self'", ...gateway].join(' '),
    ['img-src', "'self'", ...avatarOrigins].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${hasForm ? "'self'" : "'none'"}`,
    "require-trusted-types-for 'script'",
    ['frame-ancestors', ...(frameOrigins.length ? frameOrigins : ["'none'"])].join(' '),
  ].join('; ');
}
