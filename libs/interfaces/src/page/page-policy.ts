import type { PageOptions } from './page-options';

type PolicyOptions = Pick<PageOptions, 'gatewayUrl' | 'frameOrigins' | 'avatarOrigins'> & {
  readonly connectUrls?: readonly string[];
  /** Whether a form of the page leads to the page itself. */
  readonly hasForm?: boolean;
};

/** The Content-Security-Policy of a page: only its own files run, only its own server, the gateway and `connectUrls` are called, pictures also come from `avatarOrigins`, and only pages of `frameOrigins` may frame it. In those, browsers match `*` with any number of labels. */
export function pagePolicy({ gatewayUrl, frameOrigins, avatarOrigins, connectUrls = [], hasForm = false }: PolicyOptions): string {
  const { origin } = gatewayUrl ? new URL(gatewayUrl) : {}; // with a path, the policy would allow only that exact path
  const gateway = origin ? [origin, origin.replace(/^http/, 'ws')] : [];
  return [
    "default-src 'self'",
    ['connect-src', "'self'", ...gateway, ...connectUrls.map(asSource)].join(' '),
    ['img-src', "'self'", ...avatarOrigins].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${hasForm ? "'self'" : "'none'"}`,
    "require-trusted-types-for 'script'",
    ['frame-ancestors', ...(frameOrigins.length ? frameOrigins : ["'none'"])].join(' '),
  ].join('; ');
}

/** A URL as a source: exactly its path. A source has no query, and these two characters end one. */
function asSource(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replaceAll(';', '%3B').replaceAll(',', '%2C');
}
