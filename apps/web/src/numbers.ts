/** Shorter numbers have no compact form: it would not be shorter. */
const COMPACT_FROM = 1_000_000;

/** The language of the page, with digits as the server writes them into ranks. */
export const LANGUAGE = new Intl.Locale(canonical(document.documentElement.lang), { numberingSystem: 'latn' });

const EXACT = new Intl.NumberFormat(LANGUAGE);
const COMPACT = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumSignificantDigits: 3 });

/** For example `12,345,678`. */
export const exact = (value: number): string => EXACT.format(value);

/** For example `12.3M`; undefined for a number that is short enough. */
export const compact = (value: number): string | undefined => (value < COMPACT_FROM ? undefined : COMPACT.format(value));

/** English if a website says nothing, or no language. */
function canonical(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
