/** Schemes whose pages send no origin of their own, or that have no pages. */
const NO_PAGES = 'about|blob|data|file|ftp|javascript|wss?';
const ORIGIN = new RegExp(String.raw`^(?!(?:${NO_PAGES}):)[a-z][a-z\d+.-]*://(?:[a-z\d._-]+|\[[\da-f:]+\])(?::\d+)?$`);

/** At least two names, since a site is none of a whole top-level domain; and no address, which has no names below it. */
const HAS_NAMES_BELOW = /:\/\/(?:localhost|[a-z\d._-]+\.[a-z][a-z\d-]*)(?::\d+)?$/;

/**
 * The form in which origins are compared (RFC 6454, sections 4 and 6.2): scheme, host and port, in lower case, without the port that the scheme
 * implies. Undefined for what is no page's origin, such as `null`, or says more. Web views and extensions have schemes of their
 * own: `capacitor://localhost`, `chrome-extension://<id>`.
 */
export function originOf(text: string): string | undefined {
  if (!/^[^:/]+:\/\/[^/?#@\\\s]+$/.test(text) || !URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  const canonical = origin === 'null' ? text.toLowerCase() : origin;
  return ORIGIN.test(canonical) ? canonical : undefined;
}

/** An entry of a list of origins, for `isListed`: an origin, or `https://*.example.com` for those one label below. Undefined for anything else. */
export function originPattern(text: string): string | undefined {
  const [, scheme, parent] = /^(https?:\/\/)\*\.(.+)$/i.exec(text) ?? [];
  if (parent === undefined) return originOf(text);
  const origin = originOf(`${scheme}${parent}`);
  return origin && HAS_NAMES_BELOW.test(origin) ? origin.replace('://', '://*.') : undefined;
}

/** Whether pages of this origin are on a list of `originPattern`s. */
export function isListed(text: string, patterns: readonly string[]): boolean {
  const origin = originOf(text);
  return origin !== undefined && [origin, origin.replace(/(?<=^https?:\/\/)[^.]+(?=\.)/, '*')].some((each) => patterns.includes(each));
}
