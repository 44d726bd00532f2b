/** Schemes that have no pages, or whose pages send no origin. */
const NO_PAGES = 'about|blob|data|file|ftp|javascript|wss?';
const ORIGIN = new RegExp(String.raw`^(?!(?:${NO_PAGES}):)[a-z][a-z\d+.-]*://(?:[a-z\d._-]+|\[[\da-f:]+\])(?::\d+)?$`);

/** At least two labels, because a wildcard must not cover a whole top-level domain. No IP address, which has no subdomains. */
const HAS_NAMES_BELOW = /:\/\/(?:localhost|[a-z\d._-]+\.[a-z][a-z\d-]*)(?::\d+)?$/;

/**
 * The canonical form of an origin (RFC 6454, sections 4 and 6.2): scheme, host and port, in lower case, without the default port of the
 * scheme. Undefined for anything else, such as `null` or a URL with a path. Web views and extensions have their own schemes:
 * `capacitor://localhost`, `chrome-extension://<id>`.
 */
export function originOf(text: string): string | undefined {
  if (!/^[^:/]+:\/\/[^/?#@\\\s]+$/.test(text) || !URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  const canonical = origin === 'null' ? text.toLowerCase() : origin;
  return ORIGIN.test(canonical) ? canonical : undefined;
}

/** An entry for `isListed`: an origin, or `https://*.example.com` for the subdomains one label below. Undefined for anything else. */
export function originPattern(text: string): string | undefined {
  const [, scheme, parent] = /^(https?:\/\/)\*\.(.+)$/i.exec(text) ?? [];
  if (parent === undefined) return originOf(text);
  const origin = originOf(`${scheme}${parent}`);
  return origin && HAS_NAMES_BELOW.test(origin) ? origin.replace('://', '://*.') : undefined;
}

/** Whether an origin matches a list of `originPattern`s. */
export function isListed(text: string, patterns: readonly string[]): boolean {
  const origin = originOf(text);
  return origin !== undefined && [origin, origin.replace(/(?<=^https?:\/\/)[^.]+(?=\.)/, '*')].some((each) => patterns.includes(each));
}
