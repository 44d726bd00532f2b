/** A shorter number takes as little room as its compact form. */
const COMPACT_FROM = 1_000_000;
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** As `12,345,678`. */
export const exact = (value: number): string => value.toLocaleString('en');

/** As `12.3M`; undefined for a number that is short enough. */
export const compact = (value: number): string | undefined => (value < COMPACT_FROM ? undefined : COMPACT.format(value));
