import type { LedgerRange } from '@scoreboard/domain';

const MAX_RANGES = 1_000;

/**
 * Ranges of the ledger that are in, sorted and merged, with one more.
 * Past 1,000 gaps the newest range is forgotten: whoever looks for gaps reads it from the ledger again.
 */
export function cover(ranges: readonly LedgerRange[], added: LedgerRange): readonly LedgerRange[] {
  if (added.to <= added.from) return ranges;
  const merged: LedgerRange[] = [];
  for (const range of [...ranges, added].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && range.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else merged.push(range);
  }
  return merged.slice(0, MAX_RANGES);
}

/** Up to where nothing is missing: the end of the range that begins at 0. */
export const watermark = (ranges: readonly LedgerRange[]): number => (ranges[0]?.from === 0 ? ranges[0].to : 0);
