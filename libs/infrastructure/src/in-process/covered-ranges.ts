import type { LedgerRange } from '@scoreboard/domain';

const MAX_RANGES = 1_000;

/**
 * Adds a ledger range to the covered ranges, sorted and merged.
 * Beyond 1,000 ranges the newest is dropped; `FollowLedger` reads it from the ledger again.
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

/** The sequence up to which nothing is missing: the end of the range that starts at 0. */
export const watermark = (ranges: readonly LedgerRange[]): number => (ranges[0]?.from === 0 ? ranges[0].to : 0);
