/** Shorter numbers have no compact form: it would not be shorter. */
const COMPACT_FROM = 1_000_000;
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** For example `12,345,678`. */
export const exact = (value: number): string => value.toLocaleString('en');

/** For example `12.3M`; undefined for a number that is short enough. */
export const compact = (value: number): string | undefined => (value < COMPACT_FROM ? undefined : COMPACT.format(value));
